//! Request limits: how often somebody may do what costs us or others something.
//!
//! They live in this process's memory and are switched off for load tests by `VOUCHSAFE_RATE_LIMITS=off`.

use crate::{
    asker::{Asker, Payer, place},
    error::Rejection,
    turns::{Turn, Turns},
};
use governor::{Quota, RateLimiter, clock::Clock, middleware::NoOpMiddleware, nanos::Nanos, state::keyed};
use std::{
    hash::Hash,
    net::IpAddr,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};
use vouchsafe_types::{Email, UserId};

/// After so many questions, keys that have recovered are forgotten: the maps do not grow for ever.
const SWEEP_EVERY: u32 = 4096;

/// By what budgets that are spent recover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// By the time that goes by.
    Time,
    /// By nothing: a test that counts to their end gets the same answer on the slowest machine.
    Never,
}

/// The time since the server began, or one that stands still.
#[derive(Debug, Clone, Copy)]
struct Uptime(Option<Instant>);

impl Uptime {
    fn of(recovery: Recovery) -> Self {
        Self((recovery == Recovery::Time).then(Instant::now))
    }

    /// `burst` requests at once, one more every `period`.
    fn budget<K: Hash + Eq + Clone>(self, burst: u32, period: Duration) -> Budget<K> {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
        Budget { limiter: RateLimiter::dashmap_with_clock(quota, self), asked: AtomicU32::new(0) }
    }
}

impl Clock for Uptime {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.map_or(Nanos::default(), |start| start.elapsed().into())
    }
}

/// One kind of request, counted per key.
struct Budget<K: Hash + Eq + Clone> {
    limiter: RateLimiter<K, keyed::DefaultKeyedStateStore<K>, Uptime, NoOpMiddleware<Nanos>>,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Budget<K> {
    fn spend(&self, key: &K) -> Result<(), Rejection> {
        self.spend_many(key, 1)
    }

    /// Spends so many at once. More than the burst are never to be had.
    fn spend_many(&self, key: &K, count: u32) -> Result<(), Rejection> {
        let Some(count) = NonZeroU32::new(count) else { return Ok(()) };
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.limiter.retain_recent();
        }
        match self.limiter.check_key_n(key, count) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(until)) => {
                let wait = until.wait_time_from(self.limiter.clock().now());
                Err(Rejection::Throttled { retry_after: wait.as_secs().saturating_add(1) })
            }
            Err(_) => Err(Rejection::Throttled { retry_after: 60 }),
        }
    }
}

/// The largest answer to a person that is kept for a day, in KiB.
const MOST_KEPT: u32 = 256;
/// What a list weighs, among the questions of a person or a place.
const LIST_WEIGHT: u32 = 10;

/// The budgets of a server.
pub(crate) struct Limits {
    are_on: bool,
    shares: Budget<UserId>,
    grants: Budget<UserId>,
    kept: Budget<UserId>,
    reads: Budget<Payer>,
    guesses: Budget<Payer>,
    turns: Turns,
    passwords_from: Budget<IpAddr>,
    logins: Door,
    links: Door,
    signups: Budget<IpAddr>,
    confirmations: Budget<UserId>,
}

/// Doors of one kind that a password opens. Whoever guesses at one shuts out himself, and not who comes from elsewhere;
/// only guesses from very many places at once shut it for a moment, and no one site is as many.
struct Door {
    here: Budget<(String, Option<IpAddr>)>,
    site: Budget<(String, u128)>,
    everywhere: Budget<String>,
}

impl Door {
    fn new(uptime: Uptime) -> Self {
        let seconds = Duration::from_secs;
        Self {
            here: uptime.budget(10, seconds(30)),
            site: uptime.budget(30, seconds(20)),
            everywhere: uptime.budget(200, seconds(2)),
        }
    }

    fn knock(&self, name: String, from: Option<IpAddr>) -> Result<(), Rejection> {
        self.here.spend(&(name.clone(), from))?;
        if let Some(site) = from.and_then(site) {
            self.site.spend(&(name.clone(), site))?;
        }
        self.everywhere.spend(&name)
    }
}

/// The most characters of a name that tell one door from another; the longest address is as long.
const MAX_NAME_CHARS: usize = 254;

/// One of the ways to write the name of an account: an address in the form by which addresses are compared, an id in
/// its usual form.
fn account(name: &str) -> String {
    let name = name.trim();
    if let Ok(email) = Email::parse(name) {
        return email.canonical().to_owned();
    }
    name.parse::<UserId>().map_or_else(|_| name.to_lowercase(), |id| id.to_string())
}

/// What one site is given of IPv6 at most, a /48: 65,536 places that are one customer's.
const fn site(place: IpAddr) -> Option<u128> {
    match place {
        IpAddr::V6(address) => Some(address.to_bits() >> 80),
        IpAddr::V4(_) => None,
    }
}

impl Limits {
    pub(crate) fn new(are_on: bool, recovery: Recovery) -> Self {
        let uptime = Uptime::of(recovery);
        let seconds = Duration::from_secs;
        Self {
            are_on,
            // puter.md 2.1, gate 2: 30 a minute.
            shares: uptime.budget(30, seconds(2)),
            grants: uptime.budget(120, Duration::from_millis(500)),
            // As often as grants; in an hour 7 MiB.
            kept: uptime.budget(MOST_KEPT, Duration::from_millis(500)),
            reads: uptime.budget(600, Duration::from_millis(100)),
            guesses: uptime.budget(2_000, seconds(1)),
            turns: Turns::default(),
            passwords_from: uptime.budget(60, seconds(2)),
            logins: Door::new(uptime),
            links: Door::new(uptime),
            signups: uptime.budget(20, seconds(60)),
            confirmations: uptime.budget(10, seconds(60)),
        }
    }

    /// A share by `user`.
    pub(crate) fn share(&self, user: UserId) -> Result<(), Rejection> {
        if self.are_on { self.shares.spend(&user) } else { Ok(()) }
    }

    /// A change by `user` to what others may do: a grant, a group, an access token.
    pub(crate) fn grant(&self, user: UserId) -> Result<(), Rejection> {
        if self.are_on { self.grants.spend(&user) } else { Ok(()) }
    }

    /// So many KiB of an answer to `user` that is kept for a day. What is larger than [`MOST_KEPT`] is never kept.
    pub(crate) fn keep(&self, user: UserId, kib: u32) -> Result<(), Rejection> {
        if self.are_on { self.kept.spend_many(&user, kib) } else { Ok(()) }
    }

    /// A question that costs as much as `weight` simple ones.
    pub(crate) fn read(&self, asker: impl Into<Asker>, weight: u32) -> Result<(), Rejection> {
        self.pay(&self.reads, asker.into(), weight)
    }

    /// So many questions that would tell, if the asker has guessed right, what there is of somebody else's.
    pub(crate) fn guess(&self, asker: impl Into<Asker>, count: u32) -> Result<(), Rejection> {
        self.pay(&self.guesses, asker.into(), count)
    }

    fn pay(&self, budget: &Budget<Payer>, asker: Asker, count: u32) -> Result<(), Rejection> {
        match asker.payer() {
            Some(payer) if self.are_on => budget.spend_many(&payer, count),
            Some(_) | None => Ok(()),
        }
    }

    /// A turn for a list, a page, or whatever else weighs as much.
    pub(crate) async fn heavy(&self, asker: impl Into<Asker>) -> Result<Turn, Rejection> {
        let asker = asker.into();
        self.read(asker, LIST_WEIGHT)?;
        self.turn(asker).await
    }

    /// A turn for a question that keeps the database busy.
    pub(crate) async fn turn(&self, asker: impl Into<Asker>) -> Result<Turn, Rejection> {
        self.turns.take(asker.into()).await
    }

    /// An attempt to log in as `name` from `peer`.
    pub(crate) fn log_in(&self, name: &str, peer: Option<IpAddr>) -> Result<(), Rejection> {
        self.try_password(&self.logins, &account(name), peer)
    }

    /// A password tried on the link of this token, from `peer`.
    pub(crate) fn link_password(&self, token: &str, peer: Option<IpAddr>) -> Result<(), Rejection> {
        self.try_password(&self.links, token, peer)
    }

    fn try_password(&self, door: &Door, name: &str, peer: Option<IpAddr>) -> Result<(), Rejection> {
        if !self.are_on {
            return Ok(());
        }
        let from = peer.map(place);
        if let Some(from) = from {
            self.passwords_from.spend(&from)?;
        }
        // Whatever is sent as a name is kept for a while.
        door.knock(name.chars().take(MAX_NAME_CHARS).collect(), from)
    }

    /// A new account asked for from `peer`.
    pub(crate) fn sign_up(&self, peer: Option<IpAddr>) -> Result<(), Rejection> {
        match peer {
            Some(peer) if self.are_on => self.signups.spend(&place(peer)),
            Some(_) | None => Ok(()),
        }
    }

    /// A confirmation code tried, or asked for, by `user`.
    pub(crate) fn confirm(&self, user: UserId) -> Result<(), Rejection> {
        if self.are_on { self.confirmations.spend(&user) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Limits, Recovery, Uptime};
    use crate::{asker::Asker, error::Rejection};
    use std::{net::IpAddr, time::Duration};
    use vouchsafe_types::{LinkId, UserId};

    type Knock = fn(&Limits, &str, Option<IpAddr>) -> Result<(), Rejection>;

    #[test]
    fn the_thirty_first_share_in_a_minute_waits_and_others_do_not() {
        let limits = Limits::new(true, Recovery::Never);
        let (ann, bob) = (UserId::mint(), UserId::mint());
        assert!((0..30).all(|_| limits.share(ann).is_ok()));
        assert!(matches!(limits.share(ann), Err(Rejection::Throttled { retry_after: 1..=3 })));
        assert!(limits.share(bob).is_ok());
    }

    #[test]
    fn a_heavy_question_spends_more_and_a_guess_is_counted_apart() {
        let limits = Limits::new(true, Recovery::Never);
        let ann = UserId::mint();
        assert!((0..60).all(|_| limits.read(ann, 10).is_ok()));
        assert!(matches!(limits.read(ann, 10), Err(Rejection::Throttled { .. })));
        assert!(limits.guess(ann, 0).is_ok() && limits.guess(ann, 2_000).is_ok());
        assert!(matches!(limits.guess(ann, 1), Err(Rejection::Throttled { .. })));
        assert!(matches!(limits.guess(ann, 2_001), Err(Rejection::Throttled { retry_after: 60 })));
    }

    #[test]
    fn who_has_no_account_pays_by_the_place_he_comes_from_whatever_link_he_has() {
        let limits = Limits::new(true, Recovery::Never);
        let link = || Some(LinkId::mint());
        let from = |place: &str, link| Asker::Visitor { place: place.parse().ok(), link };
        let (one, mapped) = ("10.0.0.1", "::ffff:10.0.0.1");
        assert!((0..2_000).all(|_| limits.guess(from(one, link()), 1).is_ok()));
        assert!(matches!(limits.guess(from(mapped, None), 1), Err(Rejection::Throttled { .. })));
        assert!((0..60).all(|_| limits.read(from(one, link()), 10).is_ok()));
        assert!(matches!(limits.read(from(mapped, link()), 10), Err(Rejection::Throttled { .. })));
        for elsewhere in ["10.0.0.2", ""] {
            assert!(limits.guess(from(elsewhere, None), 1).is_ok() && limits.read(from(elsewhere, None), 1).is_ok());
        }
    }

    #[test]
    fn who_guesses_a_password_shuts_out_himself_and_nobody_else() {
        let limits = Limits::new(true, Recovery::Never);
        let peer = |text: &str| text.parse::<IpAddr>().ok();
        let doors: [Knock; 2] = [Limits::log_in, Limits::link_password];
        for (door, guesser) in doors.into_iter().zip(["10.0.0.1", "10.0.0.2"]) {
            assert!((0..10).all(|_| door(&limits, "ann", peer(guesser)).is_ok()));
            assert!(matches!(door(&limits, "ann", peer(guesser)), Err(Rejection::Throttled { .. })));
            assert!(door(&limits, "ann", peer("10.0.0.9")).is_ok(), "the owner, from elsewhere");
            assert!(door(&limits, "bob", peer(guesser)).is_ok());
        }
        let mapped = peer("::ffff:10.0.0.1");
        assert!(limits.log_in("ANN", mapped).is_err(), "the same place, and the same name");
        let spelled = |n: usize| format!("bo{}b+{n}@gmail.com", if n.is_multiple_of(2) { "." } else { "" });
        let tried = (0..11).filter(|n| limits.log_in(&spelled(*n), peer("10.0.0.3")).is_ok());
        assert_eq!(tried.count(), 10, "one address, however it is written");
        let long = |n: usize| format!("{}{n}", "x".repeat(1_000_000));
        let tried = (0..11).filter(|n| limits.log_in(&long(*n), peer("10.0.0.4")).is_ok());
        assert_eq!(tried.count(), 10, "nobody makes us keep megabytes");
        let one_network =
            (0..11).map(|n| limits.log_in("eve", peer(&format!("2001:db8::{n}"))).is_ok()).collect::<Vec<_>>();
        assert_eq!(one_network.iter().filter(|is_let| **is_let).count(), 10);
        let let_in =
            (0..60).flat_map(|n| [n; 4]).filter(|n| limits.log_in("dan", peer(&format!("10.1.0.{n}"))).is_ok());
        assert_eq!(let_in.count(), 200, "from very many places at once there is an end, too");
    }

    #[test]
    fn one_site_of_many_networks_does_not_shut_out_the_owner() {
        let peer = |text: &str| text.parse::<IpAddr>().ok();
        let doors: [Knock; 2] = [Limits::log_in, Limits::link_password];
        for door in doors {
            let limits = Limits::new(true, Recovery::Never);
            let from_site = (0..400).filter(|n| door(&limits, "ann", peer(&format!("2001:db8:1:{n:x}::1"))).is_ok());
            assert_eq!(from_site.count(), 30);
            for elsewhere in ["2001:db8:2::1", "10.0.0.1", "::ffff:10.0.0.2"] {
                assert!(door(&limits, "ann", peer(elsewhere)).is_ok(), "{elsewhere}");
            }
            assert!(door(&limits, "bob", peer("2001:db8:1::1")).is_ok(), "another name");
            let mapped = (0..100).filter(|n| door(&limits, "dan", peer(&format!("::ffff:10.0.1.{n}"))).is_ok());
            assert_eq!(mapped.count(), 100, "addresses of IPv4 are no one site, however they are written");
        }
    }

    #[test]
    fn what_is_spent_comes_back_with_time() {
        for (recovery, does_come_back) in [(Recovery::Time, true), (Recovery::Never, false)] {
            let budget = Uptime::of(recovery).budget(1, Duration::from_nanos(1));
            assert!(budget.spend(&1).is_ok());
            assert_eq!((0..10_000).any(|_| budget.spend(&1).is_ok()), does_come_back);
        }
    }

    #[test]
    fn limits_can_be_switched_off() {
        let limits = Limits::new(false, Recovery::Never);
        let ann = UserId::mint();
        assert!((0..1000).all(|_| limits.share(ann).is_ok()));
    }
}
