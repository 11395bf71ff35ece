//! `corten build`: a CPython with Rust inside.

mod cpython;
mod fetch;
mod library;
mod machine;
mod manifest;
mod prefix;
mod sbom;
mod setup;
mod source;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;

use self::cpython::Tree;
use self::library::{Library, Toolchain};
use self::manifest::Manifest;
use self::prefix::Prefix;
use self::setup::LeftOut;
use self::source::Source;
use crate::Verdict;
use crate::error::problem;
use crate::process;
use crate::python::{OLDEST_FREE_THREADED, texts_of};
use crate::registry::{Module, Registry};
use crate::style::{self, thousands};
use crate::table::{Table, number, text};

/// Builds an unmodified CPython with Corten's modules linked into it in place of the C ones.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// The release or series, such as 3.14.7 or 3.13 [default: the newest that can be had]
    #[arg(conflicts_with = "source")]
    version: Option<String>,
    /// Build this source tree, 3.13 or newer: a folder, which is left as it is, or a tarball
    #[arg(long, value_name = "DIR|TARBALL")]
    source: Option<PathBuf>,
    /// Install here; a folder of its own [default: below Cargo's target folder]
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// Without the global interpreter lock (3.14 and newer)
    #[arg(long)]
    free_threaded: bool,
    /// With assertions and reference counting checks
    #[arg(long)]
    debug: bool,
    /// With profile-guided and link-time optimisation, as distributions build it; takes half an hour
    #[arg(long)]
    optimize: bool,
    /// With libpython as a shared library
    #[arg(long)]
    shared: bool,
    /// Which modules are Rust: names with commas, `all`, or `none` for a stock interpreter
    #[arg(
        long,
        value_name = "LIST",
        default_value = "all",
        value_delimiter = ','
    )]
    modules: Vec<String>,
    /// Go on if headers are missing for modules that most programs need
    #[arg(long)]
    allow_missing: bool,
    /// How many processes compile at once [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
}

/// One of the interpreters that can be built from a source.
struct Variant {
    free_threaded: bool,
    debug: bool,
    optimize: bool,
    shared: bool,
    /// The modules that are Rust.
    rust: Vec<Module>,
    /// What tells it from the build with all modules: the end of the label.
    suffix: String,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let start = Instant::now();
    let mut selected = selected(registry, args)?;
    machine::require_tools()?;
    let cache = registry.target().join("corten");
    machine::require_room(&cache)?;
    let source = match &args.source {
        Some(path) => Source::given(path, &cache)?,
        None => Source::fetched(args.version.as_deref(), &cache)?,
    };
    selected.retain(|module| module.entry.python.contains(source.version));
    let toolchain = toolchain(&selected);
    let variant = Variant::new(registry, args, &source, selected, toolchain.is_some())?;
    let label = variant.label(&source);
    let folder = cache.join("cpython").join(&label);
    let prefix = Prefix::new(args.prefix.as_deref(), &cache, &label)?;
    let library = toolchain
        .map(|toolchain| {
            Library::build(registry, &source, &variant, toolchain, &folder.join("rust"))
        })
        .transpose()?;

    let options = variant.configure_options(prefix.folder());
    let tree = Tree::new(&source, &variant, &options, folder.join("tree"))?;
    tree.prepare(library.as_ref())?;
    let makefile = tree.configure()?;
    tree.report_missing(&makefile, args.allow_missing)?;
    let log = tree.make(args.jobs.unwrap_or_else(process::processors))?;
    let left_out = LeftOut::of(&variant, &source)?;
    left_out.verify(&log)?;
    if let Some(library) = &library {
        tree.complete_library(&makefile, library)?;
    }

    let manifest = Manifest::new(registry, &tree, library.as_ref(), &makefile, left_out)?;
    // The baseline to compare with has nothing of Corten's in it.
    let is_baseline = args.modules == ["none"];
    prefix.fill(
        |stage| tree.install(stage),
        &variant.library_folder(&source),
        |library| match is_baseline {
            true => Ok(()),
            false => manifest.install(registry, library),
        },
    )?;
    report(&manifest, &prefix, &source, start);
    Ok(Verdict::Passed)
}

/// The modules that the user wants in Rust.
fn selected(registry: &Registry, args: &Args) -> Result<Vec<Module>> {
    match args.modules.as_slice() {
        [only] if only == "all" => registry.select(&[]),
        [only] if only == "none" => Ok(Vec::new()),
        names => registry.select(names),
    }
}

/// Rust's compiler, if there is something for it to do; says so if there is none.
fn toolchain(selected: &[Module]) -> Option<Toolchain> {
    if selected.is_empty() {
        return None;
    }
    match Toolchain::find() {
        Ok(toolchain) => Some(toolchain),
        Err(reason) => {
            anstream::eprintln!(
                "{}no Rust compiler here ({reason}): every module is built from C{:#}",
                style::NOTE,
                style::NOTE
            );
            None
        }
    }
}

impl Variant {
    fn new(
        registry: &Registry,
        args: &Args,
        source: &Source,
        mut rust: Vec<Module>,
        has_compiler: bool,
    ) -> Result<Self> {
        if !has_compiler {
            rust.clear();
        }
        let served = registry.installed();
        let served = served.filter(|module| module.entry.python.contains(source.version));
        let suffix = match rust.len() {
            0 => "-stock".to_owned(),
            some if some == served.count() => String::new(),
            _ => rust
                .iter()
                .map(|module| format!("-{}", module.name))
                .collect(),
        };
        let variant = Self {
            free_threaded: args.free_threaded,
            debug: args.debug,
            optimize: args.optimize,
            shared: args.shared,
            rust,
            suffix,
        };
        variant.check(source)?;
        Ok(variant)
    }

    fn check(&self, source: &Source) -> Result<()> {
        if self.free_threaded && source.version < OLDEST_FREE_THREADED {
            return Err(problem(
                format!(
                    "free-threaded CPython {} is an experiment of its own",
                    source.release
                ),
                format!(
                    "take {} or newer, or leave out --free-threaded",
                    OLDEST_FREE_THREADED
                ),
            ));
        }
        Ok(())
    }

    /// The name that tells it from the other variants: `3.14.7t`, `3.14.7d-shared`, `3.14.7-stock`.
    fn label(&self, source: &Source) -> String {
        let flags = [
            (self.free_threaded, "t"),
            (self.debug, "d"),
            (self.shared, "-shared"),
            (self.optimize, "-optimized"),
        ];
        format!(
            "{}{}{}",
            source.release,
            texts_of(flags).concat(),
            self.suffix
        )
    }

    /// The folder below `lib` with the standard library: `python3.14`, `python3.14t`.
    fn library_folder(&self, source: &Source) -> String {
        let flags = texts_of([(self.free_threaded, "t")]);
        format!("python{}{}", source.version, flags.concat())
    }

    fn configure_options(&self, prefix: &Path) -> Vec<String> {
        let mut options = vec![
            format!("--prefix={}", prefix.display()),
            "--with-ensurepip=install".to_owned(),
        ];
        let choices = texts_of([
            (self.free_threaded, "--disable-gil"),
            (self.debug, "--with-pydebug"),
            (self.optimize, "--enable-optimizations"),
            (self.optimize, "--with-lto"),
            (self.shared, "--enable-shared"),
        ]);
        options.extend(choices.into_iter().map(str::to_owned));
        if self.shared {
            // So that the interpreter finds its library without help; extension modules are linked without it.
            options.push(format!(
                "LDFLAGS_NODIST=-Wl,-rpath,{}/lib",
                prefix.display()
            ));
        }
        options
    }

    /// Whether a Python module is Rust in this build.
    fn is_rust(&self, name: &str) -> bool {
        self.provider(name).is_some()
    }

    /// The crate that provides a Python module in this build.
    fn provider(&self, name: &str) -> Option<&Module> {
        self.rust.iter().find(|module| module.provides(name))
    }

    /// What is built in from Rust: the modules, and the facts about them.
    fn built_in(&self) -> impl Iterator<Item = &str> {
        let modules = self.rust.iter().flat_map(|module| &module.entry.modules);
        std::iter::once(library::FACTS).chain(modules.map(String::as_str))
    }
}

/// Says what is Rust now, how much C was left out, and what to do with it.
fn report(manifest: &Manifest, prefix: &Prefix, source: &Source, start: Instant) {
    let count = manifest.rust_modules().count();
    if count > 0 {
        println!();
        let mut table = Table::new(["module", "Rust crate", "C left out", "lines"]);
        for module in manifest.rust_modules() {
            let lines = module
                .replaces
                .iter()
                .filter_map(|file| manifest.c_files.get(file));
            table.row([
                text(module.module.as_str()).styled(style::PASSED),
                text(module.provider.as_deref().unwrap_or_default()),
                text(module.replaces.join(", ")),
                number(thousands(lines.sum())),
            ]);
        }
        table.print();
        let libraries: Vec<String> = manifest
            .c_libraries
            .iter()
            .map(|option| option.replacen("-l", "lib", 1))
            .collect();
        anstream::println!(
            "\n{count} of {} extension modules are Rust; {} lines of C were not compiled{}.",
            manifest.modules.len(),
            thousands(manifest.c_lines),
            if libraries.is_empty() {
                String::new()
            } else {
                format!(", {} not linked", libraries.join(", "))
            },
        );
    } else {
        anstream::println!("\nEvery extension module is C, as CPython has it.");
    }
    let python = prefix.python(source);
    anstream::println!(
        "CPython {} took {:.0} s and is in {}\n",
        source.release,
        start.elapsed().as_secs_f64(),
        prefix.folder().display()
    );
    anstream::println!("  {}", python.display());
    if count > 0 {
        anstream::println!("  {} -m corten", python.display());
        anstream::println!("  cargo corten test --python {}", python.display());
    }
}
