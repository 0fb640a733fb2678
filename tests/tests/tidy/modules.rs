//! No circle of modules: where modules of one folder import each other, neither can be read or changed alone.
//!
//! An arrow goes from a module to each sibling that it names by a path that begins with `crate` or `super`. A path through
//! a name that a parent re-exports is followed to the module that defines it. Parents (`lib.rs`, `main.rs`, `mod.rs`) may
//! use and re-export their children; what is only compiled for tests does not count.

use std::collections::{BTreeMap, BTreeSet};

use crate::crates::{folder, sources};
use crate::scan;

/// The crates that are checked.
const CHECKED: [&str; 10] =
    ["shared", "models", "room", "edge", "tables", "client", "markdown", "frontend", "demo-model", "xtask"];

/// A module's path from the crate's root, or the path of an item.
type Path = Vec<String>;

/// The modules of a crate and what their code says.
#[derive(Default)]
struct Modules {
    code: BTreeMap<Path, String>,
    /// Names that a module re-exports, with where they lead.
    exports: BTreeMap<Path, Path>,
}

#[test]
fn no_modules_import_each_other_in_a_circle() {
    let circles: Vec<String> = CHECKED
        .into_iter()
        .flat_map(|name| {
            circles(&Modules::read(name)).into_iter().map(move |circle| format!("{name}: {circle}"))
        })
        .collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

#[test]
fn a_circle_is_found_through_groups_supers_and_re_exports() {
    let modules = |sources: &[(&str, &str)]| {
        let code = sources.iter().map(|(path, code)| (path_of(path), (*code).to_owned())).collect();
        Modules { code, ..Modules::default() }.with_exports()
    };
    let straight =
        modules(&[("", "mod a; mod b;"), ("a", "use crate::b::B;"), ("b", "use super::c; crate::Z")]);
    assert!(circles(&straight).is_empty());
    let group =
        modules(&[("", ""), ("a", "use crate::{x, b::{self, B}};"), ("b", "fn f() { super::a::g() }")]);
    assert_eq!(circles(&group), ["a → b → a"]);
    let exported = modules(&[("", "pub use b::{B as C};"), ("a", "use crate::C;"), ("b", "use crate::a;")]);
    assert_eq!(circles(&exported), ["a → b → a"]);
    let inner =
        modules(&[("", ""), ("p", "mod a;"), ("p/a", "use super::b;"), ("p/b", "use crate::p::a::A;")]);
    assert_eq!(circles(&inner), ["p: a → b → a"]);
}

impl Modules {
    fn read(crate_name: &str) -> Self {
        let source_folder = folder(crate_name).join("src");
        let prefix =
            source_folder.strip_prefix(crate::crates::root()).unwrap().to_string_lossy().into_owned();
        let mut modules = Self::default();
        for source in sources(&source_folder).iter().filter(|source| !source.is_test()) {
            let path = source.path[prefix.len() + 1..].trim_end_matches(".rs");
            let path = path.strip_suffix("/mod").unwrap_or(path);
            let path = if matches!(path, "lib" | "main") { "" } else { path };
            let code = scan::without_tests(&scan::code_only(&source.text));
            modules.code.entry(path_of(path)).or_default().push_str(&code);
        }
        modules.with_exports()
    }

    fn with_exports(mut self) -> Self {
        for (module, code) in &self.code {
            for statement in code.split(';') {
                let Some((_, tree)) = statement.split_once("pub use ").or(statement.split_once(") use "))
                else {
                    continue;
                };
                for (path, name) in use_paths(tree) {
                    let target = match self.absolute(module, &path) {
                        Some(target) => target,
                        // A path of the 2018 edition that begins with a child of this module.
                        None => module.iter().chain(&path).cloned().collect(),
                    };
                    self.exports.insert(module.iter().cloned().chain([name]).collect(), target);
                }
            }
        }
        self
    }

    /// A path that begins with `crate`, `self` or `super`, from the crate's root.
    fn absolute(&self, module: &Path, path: &[String]) -> Option<Path> {
        let mut from = match path.first()?.as_str() {
            "crate" => Vec::new(),
            "self" => module.clone(),
            "super" => module[..module.len().checked_sub(1)?].to_vec(),
            _ => return None,
        };
        for segment in &path[1..] {
            if segment == "super" {
                from.pop();
            } else if segment != "self" {
                from.push(segment.clone());
            }
        }
        Some(from)
    }

    /// The module that defines what a path leads to.
    fn definer(&self, path: &[String]) -> Path {
        let mut at = Vec::new();
        for (index, segment) in path.iter().enumerate() {
            at.push(segment.clone());
            if self.code.contains_key(&at) {
                continue;
            }
            if let Some(target) = self.exports.get(&at).filter(|target| **target != at) {
                let rest = [target.as_slice(), &path[index + 1..]].concat();
                return self.definer(&rest);
            }
            at.pop();
            break;
        }
        at
    }

    /// Every path in a module's code that begins with `crate` or `super`.
    fn references(&self, module: &Path) -> Vec<Path> {
        let code = &self.code[module];
        let mut found = Vec::new();
        for start in ["crate::", "super::"] {
            for (at, _) in code.match_indices(start) {
                let before = code[..at].chars().next_back();
                // The second `super` of a path was read with the first.
                if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                    continue;
                }
                let paths = use_paths(&code[at..]);
                found.extend(paths.iter().filter_map(|(path, _)| self.absolute(module, path)));
            }
        }
        found
    }
}

/// The circles among the children of each module.
fn circles(modules: &Modules) -> Vec<String> {
    let mut arrows: BTreeMap<Path, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for module in modules.code.keys() {
        for reference in modules.references(module) {
            let target = modules.definer(&reference);
            let common = module.iter().zip(&target).take_while(|(a, b)| a == b).count();
            if let (Some(from), Some(to)) = (module.get(common), target.get(common)) {
                let siblings = arrows.entry(module[..common].to_vec()).or_default();
                siblings.entry(from.clone()).or_default().insert(to.clone());
            }
        }
    }
    let mut found = Vec::new();
    for (parent, arrows) in arrows {
        if let Some(circle) = circle(&arrows) {
            let parent = if parent.is_empty() { String::new() } else { format!("{}: ", parent.join("::")) };
            found.push(format!("{parent}{}", circle.join(" → ")));
        }
    }
    found
}

/// The shortest circle, its first module again at its end.
fn circle(arrows: &BTreeMap<String, BTreeSet<String>>) -> Option<Vec<String>> {
    let mut shortest: Option<Vec<String>> = None;
    for start in arrows.keys() {
        let mut seen = BTreeSet::new();
        let mut paths = std::collections::VecDeque::from([vec![start.clone()]]);
        while let Some(path) = paths.pop_front() {
            for next in arrows.get(&path[path.len() - 1]).into_iter().flatten() {
                let longer = [path.as_slice(), std::slice::from_ref(next)].concat();
                if next == start && shortest.as_ref().is_none_or(|known| longer.len() < known.len()) {
                    shortest = Some(longer.clone());
                }
                if seen.insert(next.clone()) {
                    paths.push_back(longer);
                }
            }
        }
    }
    shortest
}

/// The paths of a `use` tree at the beginning of this code, each with the name that it gets.
fn use_paths(code: &str) -> Vec<(Path, String)> {
    let mut found = Vec::new();
    read_tree(code, &[], &mut found);
    found
}

/// Reads a tree and returns what follows it.
fn read_tree<'a>(code: &'a str, before: &[String], found: &mut Vec<(Path, String)>) -> &'a str {
    let mut path = before.to_vec();
    let mut rest = code.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            let mut inner = group.trim_start();
            while !inner.is_empty() && !inner.starts_with('}') {
                inner = read_tree(inner, &path, found).trim_start();
                inner = inner.strip_prefix(',').unwrap_or(inner).trim_start();
            }
            return inner.strip_prefix('}').unwrap_or(inner);
        }
        let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        if length == 0 {
            // A glob, or something that is no path: the rest of the group is skipped.
            found.push((path.clone(), String::new()));
            let end = rest.find([',', '}', ';']).unwrap_or(rest.len());
            return &rest[end..];
        }
        path.push(rest[..length].to_owned());
        rest = &rest[length..];
        match rest.strip_prefix("::") {
            Some(after) => rest = after,
            None => break,
        }
    }
    let mut name = path.last().filter(|name| *name != "self").or(path.iter().nth_back(1)).cloned();
    if let Some(alias) = rest.strip_prefix(" as ") {
        let length = alias.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(alias.len());
        name = Some(alias[..length].to_owned());
        rest = &alias[length..];
    }
    found.push((path, name.unwrap_or_default()));
    rest
}

fn path_of(path: &str) -> Path {
    path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}
