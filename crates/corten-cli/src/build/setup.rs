//! What replaces what: the generated `Modules/Setup.local`, the C that is left out, and the proof from the build's log.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Result;

use super::Variant;
use super::library::Library;
use super::source::Source;
use crate::error::{OrProblem, problem};

/// The static library, seen from the root of the build tree.
pub(super) const ARCHIVE: &str = "Modules/libcorten.a";

/// C that the interpreter does without.
pub(super) struct LeftOut {
    /// Source files below CPython's root, with their lines.
    pub(super) files: Vec<(String, u64)>,
}

/// The text of `Modules/Setup.local`: makesetup takes the first rule for a module, and this file is read first.
pub(super) fn rules(variant: &Variant, library: Option<&Library>) -> String {
    let Some(library) = library else {
        return "# Every module as CPython has it.\n".to_owned();
    };
    let system = library.system.join(" ");
    // A line for each: CPython's check of what was built reads the first name in a line only.
    let lines: Vec<String> = variant
        .built_in()
        .map(|name| format!("{name} {ARCHIVE} {system}\n"))
        .collect();
    format!(
        "# Written by corten build: these modules are built in, from Rust.\n*static*\n{}",
        lines.concat()
    )
}

impl LeftOut {
    /// The files that the Rust modules stand for, as they are in this source.
    pub(super) fn of(variant: &Variant, source: &Source) -> Result<Self> {
        let mut files = Vec::new();
        for name in variant
            .rust
            .iter()
            .flat_map(|module| &module.entry.replaces)
        {
            let path = source.folder.join(name);
            if path.is_file() {
                let text = fs::read(&path).or_problem(
                    format!("{} can't be read", path.display()),
                    "make the source readable",
                )?;
                let lines = text.iter().filter(|byte| **byte == b'\n').count();
                files.push((name.clone(), lines as u64));
            }
        }
        Ok(Self { files })
    }

    /// How many lines of C these are.
    pub(super) fn lines(&self) -> u64 {
        self.files.iter().map(|(_, lines)| lines).sum()
    }

    /// Fails if the log of the build shows that one of the files was compiled.
    pub(super) fn verify(&self, log: &str) -> Result<()> {
        match self.compiled(log) {
            None => Ok(()),
            Some((file, line)) => Err(problem(
                format!("{file} was compiled although Rust stands for it:\n{line}"),
                "this is a fault in Corten: please report it with the line above",
            )),
        }
    }

    /// The first file that was compiled, and the line in which.
    fn compiled<'a>(&'a self, log: &'a str) -> Option<(&'a str, &'a str)> {
        let compiles = |line: &&str| line.split_whitespace().any(|word| word == "-c");
        log.lines().filter(compiles).find_map(|line| {
            let is_in_it = |file: &str| line.split_whitespace().any(|word| is_path_of(word, file));
            let (file, _) = self.files.iter().find(|(file, _)| is_in_it(file))?;
            Some((file.as_str(), line))
        })
    }
}

/// Whether a path, written from anywhere, is this one below the root.
fn is_path_of(written: &str, path: &str) -> bool {
    Path::new(written).ends_with(path)
}

/// What the generated Makefile says.
pub(super) struct Makefile(String);

impl Makefile {
    pub(super) fn read(tree: &Path) -> Result<Self> {
        let path = tree.join("Makefile");
        fs::read_to_string(&path).map(Self).or_problem(
            format!("{} can't be read", path.display()),
            "remove the build tree and run the command again",
        )
    }

    /// The value of a variable.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.0
            .lines()
            .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='))
            .map(str::trim)
    }

    /// The words in the value of a variable.
    pub(super) fn words(&self, name: &str) -> Vec<&str> {
        self.variable(name)
            .unwrap_or_default()
            .split_whitespace()
            .collect()
    }

    /// The modules whose headers or libraries `configure` did not find.
    pub(super) fn missing(&self) -> Vec<String> {
        let name = |line: &str| {
            let name = line
                .strip_prefix("MODULE_")?
                .strip_suffix("_STATE=missing")?;
            Some(name.to_lowercase())
        };
        self.0.lines().filter_map(name).collect()
    }

    /// The C libraries that only modules needed which are Rust now, such as `-lz`.
    pub(super) fn libraries_left_out(&self, variant: &Variant) -> Vec<String> {
        let rust: BTreeSet<&str> = variant.built_in().collect();
        let of = |name: &str| self.words(&format!("MODULE_{}_LDFLAGS", name.to_uppercase()));
        let built = ["MODBUILT_NAMES", "MODSHARED_NAMES"]
            .into_iter()
            .flat_map(|variable| self.words(variable));
        let needed: BTreeSet<&str> = built
            .filter(|name| !rust.contains(name))
            .flat_map(of)
            .collect();
        let freed: BTreeSet<&str> = rust.iter().flat_map(|name| of(name)).collect();
        freed
            .difference(&needed)
            .filter(|option| option.starts_with("-l"))
            .map(|option| (*option).to_owned())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_compiled_file_is_found_in_the_log() {
        let left_out = LeftOut {
            files: vec![
                ("Modules/zlibmodule.c".into(), 10),
                ("Modules/_io/a.c".into(), 5),
            ],
        };
        assert_eq!(left_out.lines(), 15);
        let others = "gcc -c -O2 -o Modules/_json.o /src/Modules/_json.c\n\
                      gcc -c -o Modules/myzlibmodule.o /src/Modules/myzlibmodule.c\n\
                      cp /src/Modules/zlibmodule.c elsewhere\n";
        assert!(left_out.verify(others).is_ok());
        for line in [
            "gcc -c -O2 -o Modules/zlibmodule.o /src/Modules/zlibmodule.c",
            "gcc -O2 ./Modules/_io/a.c -c",
        ] {
            let error = left_out.verify(&format!("{others}{line}\n")).unwrap_err();
            assert!(error.to_string().contains(line), "{error}");
        }
    }

    #[test]
    fn the_makefile_tells_of_modules() {
        let makefile = Makefile(
            "MODBUILT_NAMES=  a  zlib\nMODULE__SSL_STATE=missing\nMODULE_ZLIB_STATE=yes\n".into(),
        );
        assert_eq!(makefile.words("MODBUILT_NAMES"), ["a", "zlib"]);
        assert_eq!(makefile.variable("MODULE_ZLIB_STATE"), Some("yes"));
        assert_eq!(makefile.variable("MODULE_ZLIB"), None);
        assert_eq!(makefile.missing(), ["_ssl"]);
    }
}
