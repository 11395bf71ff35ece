//! All of Corten's modules in one library.
mod modules;
