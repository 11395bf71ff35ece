//! The tables that `build` generates from `data` for one version of Unicode.

use crate::properties::Record;
use crate::trie::{Flat, Trie};

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
