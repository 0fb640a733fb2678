//! The pages, one per route.

pub(crate) mod device;
pub(crate) mod landing;
pub(crate) mod room;
