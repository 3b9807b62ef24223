//! How a call gets to the server and its answer back: addresses, bodies within limits, and careful repetition.

mod answer;
mod base_url;
mod exchange;
mod http;
mod verbs;

pub use base_url::BaseUrlError;
pub use verbs::{Saved, Tagged};

pub(crate) use base_url::BaseUrl;
pub(crate) use exchange::{Call, Transport};
pub(crate) use http::default_http;
