//! The tables that `build` generates from `data` for one version of Unicode.

use crate::properties::Record;
use crate::trie::Trie;

include!(concat!(env!("OUT_DIR"), "/tables.rs"));
