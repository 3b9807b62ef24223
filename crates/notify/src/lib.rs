//! Turns outbox rows into messages: at least once, in order per recipient, with retries.

#[cfg(test)]
mod sink;
mod template;
mod transport;
mod webhook;
mod worker;

pub use template::{Rendered, TemplateError, Templates};
pub use transport::{Transport, TransportError};
pub use webhook::Webhook;
pub use worker::{Worker, WorkerHandle};
