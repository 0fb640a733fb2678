//! The structure of the crate: its dependencies, and the order of its modules.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn the_crate_is_pure() {
    // No clock, no random source, nothing of a browser: the list of dependencies shows it.
    let manifest = include_str!("../../Cargo.toml");
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap().split('[').next().unwrap();
    let names: Vec<&str> =
        dependencies.lines().filter_map(|line| line.split(['.', ' ', '=']).next()).collect();
    let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    assert_eq!(names, ["serde", "serde_json", "shared", "thiserror"]);
}

#[test]
fn a_module_imports_only_modules_before_it_in_the_list_of_the_crate() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let crate_root = fs::read_to_string(source.join("lib.rs")).unwrap();
    let list = crate_root.split("a test checks it:").nth(1).unwrap().split('.').next().unwrap();
    let order: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let mut imports = 0;
    for (place, module) in order.iter().enumerate() {
        for file in files_of(&source, module) {
            let text = fs::read_to_string(&file).unwrap();
            for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
                for path in line.split("crate::").skip(1) {
                    let imported = path.split(|c: char| c != '_' && !c.is_alphanumeric()).next().unwrap();
                    let is_before =
                        order.iter().position(|name| *name == imported).is_some_and(|at| at <= place);
                    assert!(is_before, "{} imports {imported}", file.display());
                    imports += 1;
                }
            }
        }
    }
    assert!(imports > 20, "{imports} imports found: are the files read?");
    let modules = crate_root.lines().filter(|line| line.starts_with("mod ") || line.starts_with("pub mod "));
    let modules: Vec<&str> =
        modules.filter_map(|line| line.trim_end_matches(';').rsplit(' ').next()).collect();
    for module in modules.iter().filter(|module| !["tests", "markdown"].contains(module)) {
        assert!(order.contains(module), "{module} is not in the list");
    }
}

/// Returns the file of a module and those of its submodules.
fn files_of(source: &Path, module: &str) -> Vec<PathBuf> {
    let mut files = vec![source.join(module).with_extension("rs")];
    if let Ok(folder) = fs::read_dir(source.join(module)) {
        files.extend(folder.map(|entry| entry.unwrap().path()));
    }
    files
}
