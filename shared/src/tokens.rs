//! Estimates how many tokens a model counts for a text.

/// Bytes of UTF-8 for one token. Tokenizers of current models average about four bytes for English and about three for
/// Korean, so three fits both and estimates upwards.
const BYTES_PER_TOKEN: usize = 3;

/// About how many tokens a text of this many UTF-8 bytes has, rounded up.
pub fn estimate(bytes: usize) -> u64 {
    u64::try_from(bytes.div_ceil(BYTES_PER_TOKEN)).unwrap_or(u64::MAX)
}
