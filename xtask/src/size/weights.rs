//! Sums the sizes of a module's parts by crate, and those of the page's own crate by module.
//!
//! A generic function of a library counts for the library's crate, and once more, in the second table, for the first
//! module of `frontend` among its types: `<tachys::html::HtmlElement<…, frontend::view::join::Join> as Render>::build`
//! exists only because `frontend::view::join` uses it.

use std::{
    collections::BTreeMap,
    fmt::{self, Write as _},
};

use super::functions::Part;

/// The page's own crate.
const PAGE: &str = "frontend";
/// How many segments of a module's path are told apart: `frontend::view::composer`.
const DEPTH: usize = 3;
/// Rows of the first table; the rest is summed up.
const CRATES: usize = 24;

/// Bytes of the module before compression.
#[derive(Default)]
pub(super) struct Weights {
    total: usize,
    by_crate: BTreeMap<String, usize>,
    by_module: BTreeMap<String, ModuleWeight>,
}

#[derive(Clone, Copy, Default)]
struct ModuleWeight {
    /// Functions of the module itself.
    own: usize,
    /// Functions of libraries that were compiled for types of the module.
    in_libraries: usize,
}

impl Weights {
    pub(super) fn of(parts: &[Part]) -> Self {
        let mut weights = Self::default();
        for part in parts {
            let name = without_hashes(&part.name);
            if is_names(&name) {
                continue;
            }
            weights.total += part.size;
            let group = group(&name);
            if group == PAGE {
                weights.module(&name).own += part.size;
            } else if name.contains("frontend::") {
                weights.module(&name).in_libraries += part.size;
            }
            *weights.by_crate.entry(group.to_owned()).or_default() += part.size;
        }
        weights
    }

    fn module(&mut self, name: &str) -> &mut ModuleWeight {
        self.by_module.entry(page_module(name)).or_default()
    }

    /// Both tables. `compressed` is the size of the whole module after Brotli; its shares are estimates.
    pub(super) fn tables(&self, compressed: usize) -> String {
        let mut text = String::new();
        // Writing to a String cannot fail.
        let _ = self.write_tables(&mut text, compressed);
        text
    }

    fn write_tables(&self, text: &mut String, compressed: usize) -> fmt::Result {
        let estimate = |size: usize| size * compressed / self.total.max(1);
        writeln!(
            text,
            "\nThe WebAssembly module by crate: bytes before compression ({} in all), and their share of the {compressed} \
             bytes after Brotli\n",
            self.total
        )?;
        let mut crates: Vec<_> = self.by_crate.iter().map(|(name, size)| (name.as_str(), *size)).collect();
        crates.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
        let rest: usize = crates.iter().skip(CRATES).map(|(_, size)| size).sum();
        let others = crates.len().saturating_sub(CRATES);
        crates.truncate(CRATES);
        for (name, size) in crates {
            writeln!(text, "  {size:>7} {:>7}  {name}", estimate(size))?;
        }
        writeln!(text, "  {rest:>7} {:>7}  {others} others", estimate(rest))?;

        writeln!(
            text,
            "\nThe modules of `{PAGE}`: bytes of their own functions, of library functions compiled for their types, \
             and the share of both after Brotli\n"
        )?;
        let mut modules: Vec<_> = self.by_module.iter().collect();
        modules.sort_by_key(|(_, weight)| std::cmp::Reverse(weight.own + weight.in_libraries));
        for (name, weight) in modules {
            let share = estimate(weight.own + weight.in_libraries);
            writeln!(text, "  {:>7} {:>7} {share:>7}  {name}", weight.own, weight.in_libraries)?;
        }
        Ok(())
    }
}

/// Whether this part holds the names, which the module that visitors load does not have.
fn is_names(name: &str) -> bool {
    name.contains("names\" subsection") || name.contains("module name\" subsection")
}

/// The crate of a function, or in parentheses what else a part is.
fn group(name: &str) -> &str {
    if name.starts_with("data segment") {
        "(data: texts and tables)"
    } else if let Some(name) = crate_of(name) {
        name
    } else if name.contains('[') || name.contains(' ') || name.contains('"') {
        "(structure of the module)"
    } else {
        "(functions without a crate)"
    }
}

/// The first crate in a demangled name: of the type whose method it is, else of the trait or the function.
fn crate_of(name: &str) -> Option<&str> {
    let (head, _) = name.split_once("::")?;
    let start = head.rfind(|letter: char| !is_identifier(letter)).map_or(0, |index| index + 1);
    let found = head.get(start..).filter(|found| !found.is_empty())?;
    // Imports, exports and the like are named after what they hold.
    (!name.starts_with("import ") && !name.starts_with("export ")).then_some(found)
}

/// The module of the first path of the page's crate in a name, cut to [`DEPTH`] segments.
fn page_module(name: &str) -> String {
    let path = name.find("frontend::").and_then(|start| name.get(start..)).unwrap_or(PAGE);
    let end = path.find(|letter: char| !is_identifier(letter) && letter != ':').unwrap_or(path.len());
    let path = path.get(..end).unwrap_or(path).trim_end_matches(':');
    let mut segments: Vec<&str> = path.split("::").collect();
    let item = segments.iter().position(|segment| segment.starts_with(|first: char| first.is_uppercase()));
    // A path that ends in no type ends in a function.
    segments.truncate(item.unwrap_or(segments.len() - 1).clamp(1, DEPTH));
    segments.join("::")
}

fn is_identifier(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Removes what tells equal names apart: `core[c5930c85a12de822]::fmt` and `core::fmt::h59ab2f4c43ea2bfa` become `core::fmt`.
fn without_hashes(name: &str) -> String {
    let is_hash = |text: &str| text.len() >= 12 && text.chars().all(|letter| letter.is_ascii_hexdigit());
    let mut clean = String::new();
    let mut rest = match name.rsplit_once("::h") {
        Some((start, hash)) if is_hash(hash) => start,
        _ => name,
    };
    while let Some((before, after)) = rest.split_once('[') {
        clean.push_str(before);
        match after.split_once(']') {
            Some((hash, after)) if is_hash(hash) => rest = after,
            _ => {
                clean.push('[');
                rest = after;
            }
        }
    }
    clean + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_grouped_by_the_first_crate_in_their_name() {
        for (name, expected) in [
            ("frontend::main::hf08a840dd3f73f5b", "frontend"),
            ("<alloc[0a1b2c3d4e5f6071]::rc::Rc<frontend::App> as core::ops::Drop>::drop", "alloc"),
            ("<&mut [client::Row] as core::fmt::Debug>::fmt", "client"),
            ("<F as core::ops::FnOnce<()>>::call_once", "core"),
            ("dlmalloc[e24a27700634d609]::malloc", "dlmalloc"),
            ("memcpy", "(functions without a crate)"),
            ("data segment \".rodata\"", "(data: texts and tables)"),
            ("elem[0]", "(structure of the module)"),
            ("import ./frontend_bg.js::__wbg_log", "(structure of the module)"),
        ] {
            assert_eq!(group(&without_hashes(name)), expected, "{name}");
        }
        assert!(is_names("\"function names\" subsection"));
    }

    #[test]
    fn functions_of_the_page_belong_to_modules() {
        for (name, expected) in [
            ("frontend::view::composer::field::Field::new", "frontend::view::composer"),
            ("frontend::view::join::submit::{closure#0}", "frontend::view::join"),
            ("<frontend::shell::Socket as core::ops::Drop>::drop", "frontend::shell"),
            ("<tachys::Html<frontend::view::join::Join> as tachys::Render>::build", "frontend::view::join"),
            ("frontend::main", "frontend"),
        ] {
            assert_eq!(page_module(name), expected, "{name}");
        }
    }

    #[test]
    fn library_functions_count_for_the_module_that_they_were_compiled_for() {
        let part = |name: &str, size| Part { name: name.to_owned(), size };
        let weights = Weights::of(&[
            part("frontend::view::join::submit", 10),
            part("<tachys::Html<frontend::view::join::Join> as tachys::Render>::build", 5),
            part("serde_json::read", 3),
            part("\"function names\" subsection", 1_000),
        ]);
        assert_eq!(weights.total, 18);
        let join = weights.by_module["frontend::view::join"];
        assert_eq!((join.own, join.in_libraries), (10, 5));
        assert_eq!(weights.by_crate["tachys"], 5);
    }
}
