//! The software bill of materials of a build, as CycloneDX 1.6 JSON (ECMA-424).

use serde_json::{Value, json};

use super::library::Runtime;
use super::manifest::{Crate, Manifest};

/// The document for a build: CPython as the main component, and every crate that is linked into it.
///
/// It holds no time and no random serial number, so that the same build gives the same document.
pub(super) fn of(manifest: &Manifest) -> Value {
    let crates = manifest.crates.iter().map(component);
    let components: Vec<Value> = crates.chain(manifest.runtime.iter().map(part)).collect();
    let mut dependencies = vec![json!({
        "ref": interpreter_reference(manifest),
        "dependsOn": own(manifest),
    })];
    dependencies.extend(manifest.crates.iter().map(|item| {
        let uses: Vec<String> = item
            .uses
            .iter()
            .map(|name| format!("pkg:cargo/{name}"))
            .collect();
        json!({ "ref": reference(item), "dependsOn": uses })
    }));
    let runtime = manifest.runtime.iter();
    dependencies.extend(runtime.map(|item| json!({ "ref": part_reference(item) })));
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": interpreter(manifest),
            "tools": { "components": [{
                "type": "application",
                "name": "corten",
                "version": manifest.version,
            }]},
        },
        "components": components,
        "dependencies": dependencies,
    })
}

fn interpreter(manifest: &Manifest) -> Value {
    let mut component = json!({
        "type": "application",
        "bom-ref": interpreter_reference(manifest),
        "name": "cpython",
        "version": manifest.python,
        "licenses": [{ "license": { "id": "Python-2.0.1" } }],
        "purl": interpreter_reference(manifest),
        "cpe": format!("cpe:2.3:a:python:python:{}:*:*:*:*:*:*:*", manifest.python),
    });
    if let Some(sha256) = &manifest.python_sha256 {
        component["pedigree"] = json!({ "notes": format!(
            "built from the source tarball with SHA-256 {sha256}, without a patch"
        )});
    }
    component
}

fn interpreter_reference(manifest: &Manifest) -> String {
    format!("pkg:generic/cpython@{}", manifest.python)
}

/// What the interpreter uses directly: Corten's own crates, and what compilers added.
fn own(manifest: &Manifest) -> Vec<String> {
    let own = manifest.crates.iter().filter(|item| item.sha256.is_none());
    let runtime = manifest.runtime.iter().map(part_reference);
    own.map(reference).chain(runtime).collect()
}

fn part(item: &Runtime) -> Value {
    json!({
        "type": "library",
        "bom-ref": part_reference(item),
        "name": item.name,
        "version": item.version,
        "purl": part_reference(item),
        "licenses": [{ "expression": item.license }],
    })
}

fn part_reference(item: &Runtime) -> String {
    format!("pkg:generic/{}@{}", item.name, item.version)
}

fn component(item: &Crate) -> Value {
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(item),
        "name": item.name,
        "version": item.version,
        "purl": reference(item),
    });
    if let Some(license) = &item.license {
        // Older manifests of the field separate alternatives by a slash.
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    if let Some(sha256) = &item.sha256 {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": sha256 }]);
    }
    if let Some(description) = &item.description {
        component["description"] = json!(description.trim());
    }
    component
}

fn reference(item: &Crate) -> String {
    format!("pkg:cargo/{}@{}", item.name, item.version)
}
