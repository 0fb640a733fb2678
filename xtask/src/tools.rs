//! The pinned versions of the tools that `cargo install` builds. npm packages are pinned in package.json, Rust in
//! rust-toolchain.toml. Not here: installing (`setup.rs`).

use std::path::PathBuf;

use crate::workspace;

/// A command that `cargo install` builds.
pub(crate) struct CargoTool {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) command: &'static str,
    /// Whether the versions in the package's own lock file are used.
    pub(crate) locked: bool,
    pub(crate) default_features: bool,
    /// Further features, separated by commas.
    pub(crate) features: &'static str,
    /// A tool is compiled for minutes and runs for seconds, so low levels save time in all.
    pub(crate) opt_level: &'static str,
}

/// The version must equal that of the crate in Cargo.toml, because the two exchange data in a format that changes.
/// Not locked: its lock file names a version that registries do not have.
/// Level 1, because it processes whole modules at each build.
pub(crate) const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    command: "wasm-bindgen",
    locked: false,
    default_features: true,
    features: "",
    opt_level: "1",
};

/// The next version, 0.22, needs a newer Rust than the one in rust-toolchain.toml.
/// Its default features are downloading tools and asking for updates, which it never does here.
pub(crate) const TRUNK: CargoTool = CargoTool {
    package: "trunk",
    version: "0.21.14",
    command: "trunk",
    locked: true,
    default_features: false,
    features: "",
    opt_level: "0",
};

/// The version must equal that of the crate `worker`.
pub(crate) const WORKER_BUILD: CargoTool = CargoTool {
    package: "worker-build",
    version: "0.8.7",
    command: "worker-build",
    locked: true,
    default_features: true,
    features: "",
    opt_level: "0",
};

/// Splits the module of the page's release (frontend/split). Its library and the crate `wasm_split_helpers` of Leptos share a format.
pub(crate) const WASM_SPLIT: CargoTool = CargoTool {
    package: "wasm_split_cli_support",
    version: "0.2.4",
    command: "wasm-split-cli",
    locked: true,
    default_features: true,
    features: "build-binary",
    opt_level: "1",
};

/// Lists the sizes of a WebAssembly module's functions. Only `cargo xtask size` needs and installs it (25 s).
pub(crate) const TWIGGY: CargoTool = CargoTool {
    package: "twiggy",
    version: "0.8.0",
    command: "twiggy",
    locked: true,
    default_features: true,
    features: "",
    opt_level: "0",
};

/// The tools that every build needs.
pub(crate) const CARGO_TOOLS: [&CargoTool; 4] = [&WASM_BINDGEN, &TRUNK, &WORKER_BUILD, &WASM_SPLIT];

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Debian packages for the browser tests: a browser, and fonts for the scripts and emoji in them.
pub(crate) const BROWSER_PACKAGES: [&str; 3] = ["chromium", "fonts-noto-cjk", "fonts-noto-color-emoji"];

impl CargoTool {
    /// Where it is installed: one folder per version, so that clones with different pins can share the cache.
    pub(crate) fn folder(&self) -> anyhow::Result<PathBuf> {
        Ok(workspace::cache()?.join("tools").join(format!("{}-{}", self.package, self.version)))
    }

    pub(crate) fn path(&self) -> anyhow::Result<PathBuf> {
        Ok(self.folder()?.join("bin").join(self.command))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> String {
        std::fs::read_to_string(workspace::root().join(name)).unwrap()
    }

    #[test]
    fn crates_and_their_commands_have_the_same_version() {
        let manifest = file("Cargo.toml");
        for line in [
            format!("wasm-bindgen = \"={}\"", WASM_BINDGEN.version),
            format!("worker = \"={}\"", WORKER_BUILD.version),
        ] {
            assert!(manifest.contains(&line), "Cargo.toml should say {line}");
        }
    }

    #[test]
    fn trunk_accepts_the_pinned_trunk() {
        let line = format!("trunk-version = \"^{}\"", TRUNK.version);
        assert!(file("Trunk.toml").contains(&line), "Trunk.toml should say {line}");
    }

    #[test]
    fn npm_versions_are_exact_and_locked_without_addresses() {
        let package: serde_json::Value = serde_json::from_str(&file("package.json")).unwrap();
        for (name, version) in package["devDependencies"].as_object().unwrap() {
            let version = version.as_str().unwrap();
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{name} {version} is a range");
        }
        // An address in the lock file would tie everybody to the registry of whoever wrote it last.
        assert!(
            !file("package-lock.json").contains("\"resolved\""),
            "delete the lock file and run `npm install`"
        );
    }

    #[test]
    fn every_platform_of_the_runtime_is_locked() {
        // npm leaves out what its registry does not have, and `npm ci` then refuses the whole file.
        let lock: serde_json::Value = serde_json::from_str(&file("package-lock.json")).unwrap();
        let packages = lock["packages"].as_object().unwrap();
        for (_, package) in packages {
            let Some(optional) = package["optionalDependencies"].as_object() else { continue };
            for (name, _) in optional {
                let found = packages.keys().any(|path| path.ends_with(&format!("node_modules/{name}")));
                assert!(found, "package-lock.json misses {name}");
            }
        }
    }
}
