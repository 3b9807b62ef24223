//! The use cases, deaf to HTTP.
