//! `corten sync`: writes everything that is derived from the registry.

use std::fmt::Write;
use std::fs;

use anyhow::Result;

use crate::Verdict;
use crate::error::{OrProblem, problem};
use crate::registry::{Module, Registry, Version, Versions};
use crate::style;

/// Writes what is derived from the modules' manifests: the bundle's dependencies, the start-up hook's list, tables.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Change nothing; name the files that are stale and exit with 1
    #[arg(long)]
    check: bool,
}

pub(crate) fn run(registry: &Registry, args: &Args) -> Result<Verdict> {
    let derived = derived(registry)?;
    let stale: Vec<&Derived> = derived.iter().filter(|file| file.is_stale()).collect();
    if stale.is_empty() {
        anstream::println!("everything derived from the registry is up to date");
        return Ok(Verdict::Passed);
    }
    for file in &stale {
        if args.check {
            anstream::println!("{} is stale", file.path);
        } else {
            file.write(registry)?;
            anstream::println!("wrote {}", file.path);
        }
    }
    if args.check {
        anstream::println!(
            "{}run `cargo corten sync` and commit the result{:#}",
            style::NOTE,
            style::NOTE
        );
        return Ok(Verdict::Failed);
    }
    Ok(Verdict::Passed)
}

/// All files that are derived from the registry, as they are and as they should be.
pub(crate) fn derived(registry: &Registry) -> Result<Vec<Derived>> {
    let modules: Vec<&Module> = registry.installed().collect();
    let mut files = Vec::new();
    for (path, marks, content) in contents(&modules) {
        let old = fs::read_to_string(registry.root.join(path)).unwrap_or_default();
        let new = match marks {
            Some(marks) => between(path, &old, marks, &content)?,
            None => content,
        };
        files.push(Derived { path, old, new });
    }
    Ok(files)
}

/// A file that is derived, wholly or between two marks.
pub(crate) struct Derived {
    /// Where it is, seen from the root.
    pub(crate) path: &'static str,
    old: String,
    new: String,
}

impl Derived {
    /// Whether the registry says something else by now.
    pub(crate) fn is_stale(&self) -> bool {
        self.old != self.new
    }

    fn write(&self, registry: &Registry) -> Result<()> {
        let path = registry.root.join(self.path);
        let next = "make the file writable and run `cargo corten sync` again";
        fs::write(&path, &self.new).or_problem(format!("{} can't be written", path.display()), next)
    }
}

/// The line before the derived part of a file begins with the first one, the line after it with the second one.
type Marks = (&'static str, &'static str);

const CODE: Option<Marks> = Some(("# modules:begin", "# modules:end"));
const MARKDOWN: Option<Marks> = Some(("<!-- modules:begin -->", "<!-- modules:end -->"));

fn contents(modules: &[&Module]) -> [(&'static str, Option<Marks>, String); 5] {
    [
        (
            "crates/corten-bundle/Cargo.toml",
            CODE,
            bundle_dependencies(modules),
        ),
        (
            "crates/corten-bundle/src/modules.rs",
            None,
            bundle_links(modules),
        ),
        (
            "python/data/platlib/_corten_hook.py",
            CODE,
            hook_table(modules),
        ),
        ("python/corten/_registry.py", None, python_registry(modules)),
        ("README.md", MARKDOWN, readme_table(modules)),
    ]
}

/// The text with what stands between the lines of the marks replaced.
pub(crate) fn between(
    path: &str,
    text: &str,
    (begin, end): Marks,
    content: &str,
) -> Result<String> {
    let find = || {
        let begin = text.find(begin)?;
        let start = begin + text[begin..].find('\n')? + 1;
        Some((start, start + text[start..].find(end)?))
    };
    let (start, stop) = find().ok_or_else(|| {
        let what = format!("{path} has no lines '{begin}' and '{end}'");
        problem(what, "put them back where the modules are to be listed")
    })?;
    Ok(format!("{}{content}{}", &text[..start], &text[stop..]))
}

/// Writes one of the repository's documents.
pub(crate) fn save(registry: &Registry, path: &str, text: &str) -> Result<()> {
    fs::write(registry.root.join(path), text)
        .or_problem(format!("{path} can't be written"), "make the file writable")
}

fn bundle_dependencies(modules: &[&Module]) -> String {
    lines(modules, |out, module| {
        writeln!(
            out,
            "{} = {{ path = \"../../{}\" }}",
            module.name,
            module.folder()
        )
    })
}

fn bundle_links(modules: &[&Module]) -> String {
    let head = "//! The modules in this library: naming a crate is what links its `PyInit_` functions.\n\
                //!\n\
                //! Written by `cargo corten sync`; do not edit.\n\n";
    head.to_owned()
        + &lines(modules, |out, module| {
            for condition in conditions(module.entry.python) {
                writeln!(out, "#[cfg({condition})]")?;
            }
            writeln!(out, "extern crate {} as _;", module.name)
        })
}

/// The `cfg`s under which a module is built; 3.11 is the oldest version that there is.
fn conditions(versions: Versions) -> Vec<String> {
    let flag = |version: Version| format!("Py_{}_{}", version.0, version.1);
    let first = (versions.first > Version(3, 11)).then(|| flag(versions.first));
    let end = versions.end.map(|end| format!("not({})", flag(end)));
    first.into_iter().chain(end).collect()
}

fn hook_table(modules: &[&Module]) -> String {
    let rows = lines(modules, |out, module| {
        let versions = python_versions(module.entry.python);
        let names = &module.entry.modules;
        names
            .iter()
            .try_for_each(|name| writeln!(out, "    \"{name}\": {versions},"))
    });
    format!("SERVED = {{\n{rows}}}\n")
}

/// A range as Python compares it with `sys.version_info[:2]`: the first version, and the first after the range.
fn python_versions(versions: Versions) -> String {
    let tuple = |version: Version| format!("({}, {})", version.0, version.1);
    let end = versions.end.unwrap_or(Version(4, 0));
    format!("({}, {})", tuple(versions.first), tuple(end))
}

fn python_registry(modules: &[&Module]) -> String {
    let rows = lines(modules, |out, module| {
        let entry = &module.entry;
        entry.modules.iter().try_for_each(|name| {
            writeln!(out, "    {{")?;
            writeln!(out, "        \"module\": {},", python_string(name))?;
            writeln!(
                out,
                "        \"versions\": {},",
                python_versions(entry.python)
            )?;
            let files: Vec<String> = entry
                .replaces
                .iter()
                .map(|file| python_string(file))
                .collect();
            writeln!(out, "        \"replaces\": [{}],", files.join(", "))?;
            writeln!(out, "        \"reason\": {},", python_string(&entry.reason))?;
            writeln!(out, "    }},")
        })
    });
    format!(
        "\"\"\"What Corten replaces. Written by `cargo corten sync`; do not edit.\"\"\"\n\nMODULES = (\n{rows})\n"
    )
}

/// A Python string literal: JSON's escapes mean the same there.
fn python_string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn readme_table(modules: &[&Module]) -> String {
    let head =
        "| module | stands for | lines of C | Python | why |\n| --- | --- | ---: | --- | --- |\n";
    head.to_owned()
        + &lines(modules, |out, module| {
            let entry = &module.entry;
            let code = |names: &[String]| {
                names
                    .iter()
                    .map(|name| format!("`{name}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            };
            let until = entry
                .python
                .end
                .map_or_else(String::new, |end| format!(", before {end}"));
            writeln!(
                out,
                "| {} | {} | {} | {}+{until} | {} |",
                code(&entry.modules),
                code(&entry.replaces),
                style::thousands(entry.c_lines),
                entry.python.first,
                entry.reason,
            )
        })
}

fn lines(
    modules: &[&Module],
    mut line: impl FnMut(&mut String, &Module) -> std::fmt::Result,
) -> String {
    let mut out = String::new();
    for module in modules {
        line(&mut out, module).expect("writing to a String can't fail");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(name: &str, python: &str) -> Module {
        let entry = format!(
            "modules=['{name}']\npython='{python}'\nreplaces=['Modules/a.c']\nreason='so \"it\" is'"
        );
        Module {
            name: name.into(),
            entry: toml::from_str(&entry).unwrap(),
        }
    }

    #[test]
    fn each_version_bound_becomes_a_cfg() {
        let (zlib, zstd, gone) = (
            module("zlib", ">=3.11"),
            module("_zstd", ">=3.14"),
            module("old", ">=3.11,<3.13"),
        );
        let links = bundle_links(&[&zlib, &zstd, &gone]);
        assert!(links.contains("\n\nextern crate zlib as _;\n"));
        assert!(links.contains("#[cfg(Py_3_14)]\nextern crate _zstd as _;\n"));
        assert!(links.contains("#[cfg(not(Py_3_13))]\nextern crate old as _;\n"));
    }

    #[test]
    fn only_the_part_between_the_marks_changes() {
        let render = |text: &str| between("x", text, CODE.unwrap(), "new\n");
        let old = "a\n# modules:begin (by sync)\nold\n# modules:end\nb\n";
        assert_eq!(
            render(old).unwrap(),
            "a\n# modules:begin (by sync)\nnew\n# modules:end\nb\n"
        );
        assert!(render("a\n").is_err());
    }

    #[test]
    fn texts_become_python_literals() {
        let text = python_registry(&[&module("zlib", ">=3.11")]);
        assert!(text.contains(r#""reason": "so \"it\" is","#), "{text}");
        assert!(hook_table(&[&module("zlib", ">=3.11")]).contains("\"zlib\": ((3, 11), (4, 0)),"));
    }
}
