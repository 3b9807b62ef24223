//! Decides who may do what.
//!
//! Grants are rows: an issuer gives a holder capabilities on a resource. A row is worth what its issuer has, every time it
//! is read, so access is a chain of grants that leads back to an owner. The rule, with worked examples, is on the page
//! `docs/PERMISSIONS.md`. This crate applies it, explains what comes of it, lists who can reach what, and plans what to
//! write when somebody gives, revokes or leaves.
//!
//! It has no storage, no clock and no state of its own: it asks a [`GrantSource`] and is told the time. So it can be built
//! into any service, whatever that service keeps its rows in.
//!
//! ```
//! use vouchsafe_engine::{
//!     Engine, MemorySource, Moment,
//!     access::AccessQuery,
//!     plan::{Revocation, RevokeMode, Wish},
//! };
//! use vouchsafe_types::{Access, Actor, Holder, Permission, Resource};
//!
//! // Storage: here in memory. ann owns the tree `/ann`.
//! let mut source = MemorySource::default();
//! let [ann, bob] = ["ann", "bob"].map(|name| source.add_person(name));
//! let photos = Resource::Entry(source.add_path("/ann/photos", false).unwrap());
//! let (engine, now) = (Engine::default(), Moment::UNIX_EPOCH);
//!
//! // Give: plan, then write.
//! let wish = Wish::new(ann, bob, photos.clone(), Access::Read, "photos");
//! let Ok(Ok(given)) = engine.plan_give(&mut source, &wish, now) else { panic!("refused") };
//! source.apply(&given.changes);
//!
//! // Decide, and explain.
//! let asked: Permission = "fs:/ann/photos:read".parse()?;
//! let Ok(told) = engine.explain(&mut source, &Actor::User(bob), &asked, now);
//! assert!(told.decision.allowed);
//! assert_eq!(told.verify(&mut source, &Actor::User(bob), &asked, now), Ok(Ok(())));
//!
//! // Who has access?
//! let query = AccessQuery::all(100);
//! let Ok(page) = engine.who_has_access(&mut source, &photos, &query, now);
//! let holders: Vec<&Holder> = page.items.iter().map(|reach| &reach.holder).collect();
//! assert_eq!(holders, [&Holder::User(ann), &Holder::User(bob)]);
//!
//! // Revoke.
//! let Ok(Revocation::Planned(changes)) =
//!     engine.plan_revoke(&mut source, vec![given.grant], RevokeMode::Cascade, now) else { panic!("refused") };
//! source.apply(&changes);
//! let Ok(decision) = engine.check(&mut source, &Actor::User(bob), &asked, now);
//! assert!(!decision.allowed);
//! # Ok::<(), vouchsafe_types::PermissionError>(())
//! ```
//!
//! # How to build it in
//!
//! 1. Implement [`GrantSource`] for a transaction of your storage: four questions, and six that you may leave out.
//!    Implement [`GrantIndex`], too, to revoke and to list.
//! 2. Ask an [`Engine`]: [`check`](Engine::check), [`explain`](Engine::explain),
//!    [`who_has_access`](Engine::who_has_access). Refuse when the answer is an error.
//! 3. To write, ask [`plan::may_give`] or [`plan::may_revoke`], plan, and write the [`Changes`](plan::Changes), all in one
//!    transaction. [`plan`] shows it.
//! 4. Add names and rights of your own by a [`RewriteRule`](rewrite::RewriteRule) and an [`ImplyRule`](imply::ImplyRule).
//! 5. An answer may be kept until something is written or [`Holding::until`] has come.
//!
//! The example `embed` does all of this for a wiki with spaces and pages: `cargo run --example embed`.
//!
//! # The modules
//!
//! | Module | Has |
//! |---|---|
//! | [`source`] | the questions asked of storage, and the bounds of a decision |
//! | [`rewrite`], [`imply`] | the rules that turn names into ids, and those that give without a grant |
//! | [`plan`] | what to write: giving, revoking, leaving |
//! | [`access`] | who can do what on a resource |
//! | [`reading`] | why, and whether that is true |
//! | [`memory`], [`sandbox`] | storage in memory, and a world to try the rule out in |
//!
//! The feature `testing` adds `reference`, the rule as a plain and slow program to test against.

pub mod access;
mod check;
mod decision;
mod dormancy;
pub mod imply;
pub mod memory;
mod own_access;
#[cfg(doctest)]
mod page;
pub mod plan;
pub mod reading;
#[cfg(any(test, feature = "testing"))]
pub mod reference;
mod resolve;
pub mod rewrite;
pub mod sandbox;
mod scan;
mod solve;
pub mod source;
#[cfg(any(test, feature = "testing"))]
#[expect(clippy::indexing_slicing, clippy::expect_used, reason = "for tests, which should stop at the first mistake")]
pub mod worlds;

pub use check::Engine;
pub use decision::{Bound, Decision, Holding};
pub use dormancy::Dormancy;
pub use memory::MemorySource;
pub use own_access::OwnAccess;
pub use reading::{Explanation, Finding};
pub use sandbox::Sandbox;
pub use source::{GrantIndex, GrantSource, Limits, Located, Moment, Place, SpokenRow, Subject};
