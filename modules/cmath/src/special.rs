//! What functions of complex numbers give for infinities, NaN and zeros: C99, annex G.6.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

use crate::complex::Complex;

/// Values by the kinds of the real and the imaginary part.
pub(crate) type Table = [[(f64, f64); 7]; 7];

/// The value of a function at z, of which a part is infinite or NaN.
pub(crate) fn value(table: &Table, z: Complex) -> Complex {
    let (re, im) = table[kind(z.re)][kind(z.im)];
    Complex { re, im }
}

/// -infinity, negative, -0, +0, positive, infinity, NaN: the rows and columns of the tables.
fn kind(x: f64) -> usize {
    let negative = x.is_sign_negative();
    match () {
        () if x.is_nan() => 6,
        () if x.is_infinite() => [5, 0][usize::from(negative)],
        () if x == 0.0 => [3, 2][usize::from(negative)],
        () => [4, 1][usize::from(negative)],
    }
}

const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const P: f64 = PI;
const P1: f64 = FRAC_PI_4;
const P2: f64 = FRAC_PI_2;
const P3: f64 = 0.75 * PI;

/// Where both parts are finite: nothing looks there.
const U: (f64, f64) = (N, N);
const NN: (f64, f64) = (N, N);

pub(crate) const ACOS: Table = [
    [(P3, I), (P, I), (P, I), (P, -I), (P, -I), (P3, -I), (N, I)],
    [(P2, I), U, U, U, U, (P2, -I), NN],
    [(P2, I), U, U, U, U, (P2, -I), (P2, N)],
    [(P2, I), U, U, U, U, (P2, -I), (P2, N)],
    [(P2, I), U, U, U, U, (P2, -I), NN],
    [
        (P1, I),
        (0.0, I),
        (0.0, I),
        (0.0, -I),
        (0.0, -I),
        (P1, -I),
        (N, I),
    ],
    [(N, I), NN, NN, NN, NN, (N, -I), NN],
];

/// The imaginary part of acosh(0 + nan · i), a right angle since Python 3.14.
const ZERO_NAN: f64 = if cfg!(Py_3_14) { P2 } else { N };

pub(crate) const ACOSH: Table = [
    [(I, -P3), (I, -P), (I, -P), (I, P), (I, P), (I, P3), (I, N)],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), (N, ZERO_NAN)],
    [(I, -P2), U, U, U, U, (I, P2), (N, ZERO_NAN)],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [
        (I, -P1),
        (I, -0.0),
        (I, -0.0),
        (I, 0.0),
        (I, 0.0),
        (I, P1),
        (I, N),
    ],
    [(I, N), NN, NN, NN, NN, (I, N), NN],
];

pub(crate) const ASINH: Table = [
    [
        (-I, -P1),
        (-I, -0.0),
        (-I, -0.0),
        (-I, 0.0),
        (-I, 0.0),
        (-I, P1),
        (-I, N),
    ],
    [(-I, -P2), U, U, U, U, (-I, P2), NN],
    [(-I, -P2), U, U, U, U, (-I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [
        (I, -P1),
        (I, -0.0),
        (I, -0.0),
        (I, 0.0),
        (I, 0.0),
        (I, P1),
        (I, N),
    ],
    [(I, N), NN, (N, -0.0), (N, 0.0), NN, (I, N), NN],
];

pub(crate) const ATANH: Table = [
    [
        (-0.0, -P2),
        (-0.0, -P2),
        (-0.0, -P2),
        (-0.0, P2),
        (-0.0, P2),
        (-0.0, P2),
        (-0.0, N),
    ],
    [(-0.0, -P2), U, U, U, U, (-0.0, P2), NN],
    [(-0.0, -P2), U, U, U, U, (-0.0, P2), (-0.0, N)],
    [(0.0, -P2), U, U, U, U, (0.0, P2), (0.0, N)],
    [(0.0, -P2), U, U, U, U, (0.0, P2), NN],
    [
        (0.0, -P2),
        (0.0, -P2),
        (0.0, -P2),
        (0.0, P2),
        (0.0, P2),
        (0.0, P2),
        (0.0, N),
    ],
    [(0.0, -P2), NN, NN, NN, NN, (0.0, P2), NN],
];

pub(crate) const COSH: Table = [
    [(I, N), U, (I, 0.0), (I, -0.0), U, (I, N), (I, N)],
    [NN, U, U, U, U, NN, NN],
    [(N, 0.0), U, U, U, U, (N, 0.0), (N, 0.0)],
    [(N, 0.0), U, U, U, U, (N, 0.0), (N, 0.0)],
    [NN, U, U, U, U, NN, NN],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [NN, NN, (N, 0.0), (N, 0.0), NN, NN, NN],
];

pub(crate) const EXP: Table = [
    [
        (0.0, 0.0),
        U,
        (0.0, -0.0),
        (0.0, 0.0),
        U,
        (0.0, 0.0),
        (0.0, 0.0),
    ],
    [NN, U, U, U, U, NN, NN],
    [NN, U, U, U, U, NN, NN],
    [NN, U, U, U, U, NN, NN],
    [NN, U, U, U, U, NN, NN],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [NN, NN, (N, -0.0), (N, 0.0), NN, NN, NN],
];

pub(crate) const LOG: Table = [
    [(I, -P3), (I, -P), (I, -P), (I, P), (I, P), (I, P3), (I, N)],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [(I, -P2), U, U, U, U, (I, P2), NN],
    [
        (I, -P1),
        (I, -0.0),
        (I, -0.0),
        (I, 0.0),
        (I, 0.0),
        (I, P1),
        (I, N),
    ],
    [(I, N), NN, NN, NN, NN, (I, N), NN],
];

pub(crate) const SINH: Table = [
    [(I, N), U, (-I, -0.0), (-I, 0.0), U, (I, N), (I, N)],
    [NN, U, U, U, U, NN, NN],
    [(0.0, N), U, U, U, U, (0.0, N), (0.0, N)],
    [(0.0, N), U, U, U, U, (0.0, N), (0.0, N)],
    [NN, U, U, U, U, NN, NN],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [NN, NN, (N, -0.0), (N, 0.0), NN, NN, NN],
];

pub(crate) const SQRT: Table = [
    [
        (I, -I),
        (0.0, -I),
        (0.0, -I),
        (0.0, I),
        (0.0, I),
        (I, I),
        (N, I),
    ],
    [(I, -I), U, U, U, U, (I, I), NN],
    [(I, -I), U, U, U, U, (I, I), NN],
    [(I, -I), U, U, U, U, (I, I), NN],
    [(I, -I), U, U, U, U, (I, I), NN],
    [
        (I, -I),
        (I, -0.0),
        (I, -0.0),
        (I, 0.0),
        (I, 0.0),
        (I, I),
        (I, N),
    ],
    [(I, -I), NN, NN, NN, NN, (I, I), NN],
];

/// A zero with an infinity or NaN: its tanh has kept the zero since Python 3.14.
const ZERO: f64 = if cfg!(Py_3_14) { 0.0 } else { N };
const MINUS_ZERO: f64 = if cfg!(Py_3_14) { -0.0 } else { N };

pub(crate) const TANH: Table = [
    [
        (-1.0, 0.0),
        U,
        (-1.0, -0.0),
        (-1.0, 0.0),
        U,
        (-1.0, 0.0),
        (-1.0, 0.0),
    ],
    [NN, U, U, U, U, NN, NN],
    [
        (MINUS_ZERO, N),
        U,
        U,
        U,
        U,
        (MINUS_ZERO, N),
        (MINUS_ZERO, N),
    ],
    [(ZERO, N), U, U, U, U, (ZERO, N), (ZERO, N)],
    [NN, U, U, U, U, NN, NN],
    [
        (1.0, 0.0),
        U,
        (1.0, -0.0),
        (1.0, 0.0),
        U,
        (1.0, 0.0),
        (1.0, 0.0),
    ],
    [NN, NN, (N, -0.0), (N, 0.0), NN, NN, NN],
];

/// Of rect(), by length and angle.
pub(crate) const RECT: Table = [
    [(I, N), U, (-I, 0.0), (-I, -0.0), U, (I, N), (I, N)],
    [NN, U, U, U, U, NN, NN],
    [(0.0, 0.0), U, U, U, U, (0.0, 0.0), (0.0, 0.0)],
    [(0.0, 0.0), U, U, U, U, (0.0, 0.0), (0.0, 0.0)],
    [NN, U, U, U, U, NN, NN],
    [(I, N), U, (I, -0.0), (I, 0.0), U, (I, N), (I, N)],
    [NN, NN, (N, 0.0), (N, 0.0), NN, NN, NN],
];
