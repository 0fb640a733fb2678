//! HTTP on both sides of the Worker: what requests from browsers carry, the replies to them, and small requests to other
//! servers.
//!
//! Not here: routes (`router`), calls to model APIs (`model_calls`), and the headers of the page's own files, which
//! Cloudflare's asset server adds.

pub mod body;
pub mod client_address;
pub mod cookie;
pub mod fetch;
pub mod origin;
pub mod reply;
pub mod request_url;
