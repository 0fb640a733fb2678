//! The two kinds of build of the page and the Worker, and the environment variables that choose between them.

use std::env;

/// Names a [`Profile`] to `cargo xtask worker`, which wrangler starts (wrangler.toml): `dev` or `release`.
pub(crate) const PROFILE_VARIABLE: &str = "MADANG_PROFILE";
/// Set to 1 while tests run on what was built for them: `dev` and `worker` then build nothing.
pub(crate) const BUILT_VARIABLE: &str = "MADANG_BUILT";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Development,
    Release,
}

impl Profile {
    /// The profile that [`PROFILE_VARIABLE`] names.
    pub(crate) fn from_env() -> Option<Self> {
        let name = env::var(PROFILE_VARIABLE).ok()?;
        [Self::Development, Self::Release].into_iter().find(|profile| profile.variable_value() == name)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Release => "release",
        }
    }

    /// The value of [`PROFILE_VARIABLE`] for this profile.
    pub(crate) fn variable_value(self) -> &'static str {
        match self {
            Self::Development => "dev",
            Self::Release => "release",
        }
    }
}

/// Whether everything has been built already and must not be built again ([`BUILT_VARIABLE`]).
pub(crate) fn is_prebuilt() -> bool {
    env::var_os(BUILT_VARIABLE).is_some_and(|value| value == "1")
}
