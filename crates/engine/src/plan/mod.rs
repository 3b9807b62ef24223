//! A request and the facts become rows to write. Nothing here writes.
//!
//! Whoever gives asks [`may_give`] first, then [`Engine::plan_give`](crate::Engine::plan_give); whoever revokes asks
//! [`may_revoke`] first, then [`Engine::plan_revoke`](crate::Engine::plan_revoke). The questions, the plan and the
//! writing of its [`Changes`] belong into one transaction.
//!
//! ```
//! use vouchsafe_engine::{Engine, MemorySource, Moment, plan::{self, Refusal, Wish}};
//! use vouchsafe_types::{Actor, Permission, UserId};
//!
//! fn share(
//!     source: &mut MemorySource, // a transaction, elsewhere
//!     issuer: UserId,
//!     holder: UserId,
//!     text: &str,
//! ) -> Result<(), Refusal> {
//!     let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
//!     let permission: Permission = text.parse().unwrap();
//!     let Ok(resolved) = engine.resolve(source, &permission);
//!     let (resource, permission) = resolved.ok_or(Refusal::NotVisible)?;
//!     let Ok(held) = engine.holding(source, &Actor::User(issuer), &resource, now);
//!     plan::may_give(&held, &permission, false)?;
//!     let wish = Wish::new(issuer, holder, resource, permission.granted(), "example");
//!     let Ok(planned) = engine.plan_give(source, &wish, now);
//!     source.apply(&planned?.changes);
//!     Ok(())
//! }
//!
//! let mut source = MemorySource::default();
//! let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
//! assert_eq!(share(&mut source, ann, bob, "fs:/ann:read"), Ok(()));
//! assert!(matches!(share(&mut source, bob, ann, "fs:/ann:read"), Err(Refusal::NotAllowed { .. })));
//! ```

mod changes;
mod edit;
mod give;
mod leave;
mod refusal;
mod revoke;

pub use changes::{Changes, Edit};
pub use edit::NewTerms;
pub use give::{Given, TAKEN, Wish, lasts};
pub use leave::LEFT;
pub(crate) use refusal::needed_to_give;
pub use refusal::{Refusal, may_give, may_give_these, may_revoke};
pub use revoke::{Revocation, RevokeMode};
