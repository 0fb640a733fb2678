//! Nothing: this crate's tests (`tests/decoders`) give changed texts to every decoder.
