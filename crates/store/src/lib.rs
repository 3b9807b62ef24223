//! Persistence: the only crate that knows diesel.

mod backend;
mod error;
mod grants;
mod holder;
mod schema;
mod source;
mod spoken;
pub mod sql_types;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod tx;
mod versions;
mod writer;

pub use backend::Conn;
pub use error::StoreError;
pub use tx::{Store, Tx, WriteTx};
pub use versions::Versions;
