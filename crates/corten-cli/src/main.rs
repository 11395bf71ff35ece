//! `corten`: builds, installs, tests and measures Corten.

mod audit;
mod bench;
mod build;
mod compile_check;
mod demo;
mod error;
mod fuzz;
mod install;
mod overlay;
mod process;
mod python;
mod registry;
mod rust_source;
mod status;
mod style;
mod sync;
mod table;
mod test;
mod unsafe_code;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Memory-safe Rust modules in place of CPython's C extension modules.
///
/// Exit code: 0 when all is well, 1 when a check failed, 2 when the command could not do its work.
#[derive(Parser)]
#[command(name = "corten", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Demo(demo::Args),
    Install(install::Args),
    Build(build::Args),
    Test(test::Args),
    Bench(bench::Args),
    Fuzz(fuzz::Args),
    Status(status::Args),
    Audit(audit::Args),
    CompileCheck(compile_check::Args),
    Sync(sync::Args),
}

/// How a command that checks something ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
}

fn main() -> ExitCode {
    match run(&Cli::parse().command) {
        Ok(Verdict::Passed) => ExitCode::SUCCESS,
        Ok(Verdict::Failed) => ExitCode::from(1),
        Err(error) => {
            error::report(&error);
            ExitCode::from(2)
        }
    }
}

fn run(command: &Command) -> Result<Verdict> {
    let registry = registry::Registry::load()?;
    match command {
        Command::Demo(args) => demo::run(&registry, args),
        Command::Install(args) => install::run(&registry, args),
        Command::Build(args) => build::run(&registry, args),
        Command::Test(args) => test::run(&registry, args),
        Command::Bench(args) => bench::run(&registry, args),
        Command::Fuzz(args) => fuzz::run(&registry, args),
        Command::Status(args) => status::run(&registry, args),
        Command::Audit(args) => audit::run(&registry, args),
        Command::CompileCheck(args) => compile_check::run(&registry, args),
        Command::Sync(args) => sync::run(&registry, args),
    }
}
