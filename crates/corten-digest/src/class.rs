//! The shape that most of Python's hash modules have: a function that makes objects of a class.

/// Declares a class of hash objects, and the function that makes them.
///
/// The function has the name of the field of `State`, the module's state, that holds the class's
/// [`ClassType`](corten_api::ClassType). `algorithm` is the name of an
/// [`Algorithm`](crate::Algorithm) and of its type in [`engines`](crate::engines). `digest_size` is
/// a `getter` or a `member`, as in C. The invoking module imports [`corten_api::prelude`].
///
/// It is a macro because `#[pymethods]` has to see each class's methods.
#[macro_export]
macro_rules! hash_class {
    (
        $(#[$docs:meta])*
        fn $function:ident() -> $class:ident;

        $(#[$attribute:meta])*
        struct { algorithm: $algorithm:ident, digest_size: getter }
    ) => {
        $crate::hash_class! {
            @function [$(#[$docs])*] $function $class
        }
        $crate::hash_class! {
            @class [$(#[$attribute])*] $function $class $algorithm
            fields {}
            values {}
            methods {
                /// Bytes in a digest.
                #[getter]
                fn digest_size(&self) -> usize {
                    $crate::Algorithm::$algorithm.digest_size()
                }
            }
        }
    };
    (
        $(#[$docs:meta])*
        fn $function:ident() -> $class:ident;

        $(#[$attribute:meta])*
        struct { algorithm: $algorithm:ident, digest_size: member }
    ) => {
        $crate::hash_class! {
            @function [$(#[$docs])*] $function $class
        }
        $crate::hash_class! {
            @class [$(#[$attribute])*] $function $class $algorithm
            fields {
                #[member]
                #[traverse(skip)]
                digest_size: i32,
            }
            values { digest_size: $crate::Algorithm::$algorithm.digest_size() as i32 }
            methods {}
        }
    };

    (@function [$($docs:tt)*] $function:ident $class:ident) => {
        $($docs)*
        #[cfg(not(Py_3_13))]
        #[pyfunction(
            signature = (string = $crate::Given(None), *, usedforsecurity = true),
            text_signature = "($module, /, string=b'', *, usedforsecurity=True)",
        )]
        fn $function<'py>(
            py: Python<'py>,
            state: &State,
            string: $crate::Given<'_, 'py>,
            usedforsecurity: bool,
        ) -> PyResult<Bound<'py, $class>> {
            let _ = usedforsecurity; // Every use is allowed.
            $class::create(py, state, string)
        }

        $($docs)*
        #[cfg(Py_3_13)]
        #[pyfunction(
            signature = (
                data = $crate::Given(None), *, usedforsecurity = true, string = $crate::Given(None)
            ),
            text_signature = "($module, /, data=b'', *, usedforsecurity=True, string=None)",
        )]
        fn $function<'py>(
            py: Python<'py>,
            state: &State,
            data: $crate::Given<'_, 'py>,
            usedforsecurity: bool,
            string: $crate::Given<'_, 'py>,
        ) -> PyResult<Bound<'py, $class>> {
            let _ = usedforsecurity; // Every use is allowed.
            $class::create(py, state, data.or(py, string)?)
        }
    };

    (
        @class [$($attribute:tt)*] $function:ident $class:ident $algorithm:ident
        fields { $($fields:tt)* }
        values { $($values:tt)* }
        methods { $($methods:tt)* }
    ) => {
        $($attribute)*
        #[derive(Traverse)]
        struct $class {
            #[traverse(skip)]
            state: $crate::HashState<$crate::engines::$algorithm>,
            $($fields)*
        }

        #[pymethods]
        impl $class {
            /// A second object in the same state, for data with a common beginning.
            #[method(signature = (), defining_class)]
            fn copy<'py>(&self, py: Python<'py>, state: &State) -> PyResult<Bound<'py, $class>> {
                $class::wrap(py, state, self.state.copy(py)?)
            }

            /// The digest of all data so far, as bytes.
            #[method(signature = ())]
            fn digest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
                PyBytes::new(py, &self.state.digest(py)?)
            }

            /// The digest of all data so far, in hexadecimal digits.
            #[method(signature = ())]
            fn hexdigest<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
                $crate::hex(py, &self.state.digest(py)?)
            }

            /// Take more data, the next part of what is hashed.
            #[method(signature = (obj, /))]
            fn update<'py>(
                &self,
                py: Python<'py>,
                obj: $crate::HashData<'py>,
            ) -> PyResult<()> {
                self.state.update(py, &obj.0)
            }

            #[getter]
            fn block_size(&self) -> usize {
                $crate::Algorithm::$algorithm.block_size()
            }

            #[getter]
            fn name(&self) -> &'static str {
                $crate::Algorithm::$algorithm.name()
            }

            $($methods)*
        }

        impl $class {
            fn create<'py>(
                py: Python<'py>,
                state: &State,
                data: $crate::Given<'_, 'py>,
            ) -> PyResult<Bound<'py, $class>> {
                let engine = $crate::engines::$algorithm::default();
                let hash = $crate::HashState::with_data(py, engine, data.data()?.as_ref())?;
                $class::wrap(py, state, hash)
            }

            fn wrap<'py>(
                py: Python<'py>,
                state: &State,
                hash: $crate::HashState<$crate::engines::$algorithm>,
            ) -> PyResult<Bound<'py, $class>> {
                let object = $class { state: hash, $($values)* };
                state.$function.create(py, object)
            }
        }
    };
}
