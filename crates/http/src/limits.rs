//! Request limits: how often somebody may do what costs us or others something.
//!
//! They live in this process's memory and are switched off for load tests by `VOUCHSAFE_RATE_LIMITS=off`.

use crate::{
    error::Rejection,
    turns::{Turn, Turns},
};
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock, DefaultClock},
};
use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};
use vouchsafe_types::{Email, UserId};

/// After so many questions, keys that have recovered are forgotten: the maps do not grow for ever.
const SWEEP_EVERY: u32 = 4096;

/// One kind of request, counted per key.
struct Budget<K: Hash + Eq + Clone> {
    limiter: DefaultKeyedRateLimiter<K>,
    asked: AtomicU32,
}

impl<K: Hash + Eq + Clone> Budget<K> {
    /// `burst` requests at once, one more every `period`.
    fn new(burst: u32, period: Duration) -> Self {
        let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(period).unwrap_or(Quota::per_minute(burst)).allow_burst(burst);
        Self { limiter: RateLimiter::keyed(quota), asked: AtomicU32::new(0) }
    }

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
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(Rejection::Throttled { retry_after: wait.as_secs().saturating_add(1) })
            }
            Err(_) => Err(Rejection::Throttled { retry_after: 60 }),
        }
    }
}

/// What a list weighs, among the questions of a person.
const LIST_WEIGHT: u32 = 10;

/// The budgets of a server.
pub(crate) struct Limits {
    are_on: bool,
    shares: Budget<UserId>,
    grants: Budget<UserId>,
    reads: Budget<UserId>,
    guesses: Budget<UserId>,
    guesses_from: Budget<IpAddr>,
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
    fn new() -> Self {
        let seconds = Duration::from_secs;
        Self {
            here: Budget::new(10, seconds(30)),
            site: Budget::new(30, seconds(20)),
            everywhere: Budget::new(200, seconds(2)),
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

/// One of the ways to write the name of an account: an address in the form by which addresses are compared, an id in its
/// usual form.
fn account(name: &str) -> String {
    let name = name.trim();
    if let Ok(email) = Email::parse(name) {
        return email.canonical().to_owned();
    }
    name.parse::<UserId>().map_or_else(|_| name.to_lowercase(), |id| id.to_string())
}

/// Where a request comes from, as far as one person has it to himself: of IPv6, a network.
fn place(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
        address @ IpAddr::V4(_) => address,
    }
}

/// What one site is given of IPv6 at most, a /48: 65,536 places that are one customer's.
const fn site(place: IpAddr) -> Option<u128> {
    match place {
        IpAddr::V6(address) => Some(address.to_bits() >> 80),
        IpAddr::V4(_) => None,
    }
}

impl Limits {
    pub(crate) fn new(are_on: bool) -> Self {
        let seconds = Duration::from_secs;
        Self {
            are_on,
            // puter.md 2.1, gate 2: 30 a minute.
            shares: Budget::new(30, seconds(2)),
            grants: Budget::new(120, Duration::from_millis(500)),
            reads: Budget::new(600, Duration::from_millis(100)),
            guesses: Budget::new(2_000, seconds(1)),
            guesses_from: Budget::new(2_000, seconds(1)),
            turns: Turns::default(),
            passwords_from: Budget::new(60, seconds(2)),
            logins: Door::new(),
            links: Door::new(),
            signups: Budget::new(20, seconds(60)),
            confirmations: Budget::new(10, seconds(60)),
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

    /// A question of `user`'s that costs as much as `weight` simple ones.
    pub(crate) fn read(&self, user: UserId, weight: u32) -> Result<(), Rejection> {
        if self.are_on { self.reads.spend_many(&user, weight) } else { Ok(()) }
    }

    /// So many questions of `user`'s that would tell, if he has guessed right, what a directory of somebody else's is
    /// called.
    pub(crate) fn guess(&self, user: UserId, count: u32) -> Result<(), Rejection> {
        if self.are_on { self.guesses.spend_many(&user, count) } else { Ok(()) }
    }

    /// A guess from `peer` by somebody without an account.
    pub(crate) fn guess_from(&self, peer: Option<IpAddr>) -> Result<(), Rejection> {
        match peer {
            Some(peer) if self.are_on => self.guesses_from.spend(&place(peer)),
            Some(_) | None => Ok(()),
        }
    }

    /// A turn of `user`'s for a list, a page, or whatever else weighs as much.
    pub(crate) async fn heavy(&self, user: UserId) -> Result<Turn, Rejection> {
        self.read(user, LIST_WEIGHT)?;
        self.turn(user).await
    }

    /// A turn of `user`'s for a question that keeps the database busy.
    pub(crate) async fn turn(&self, user: UserId) -> Result<Turn, Rejection> {
        self.turns.take(user).await
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
    use super::Limits;
    use crate::error::Rejection;
    use std::net::IpAddr;
    use vouchsafe_types::UserId;

    type Knock = fn(&Limits, &str, Option<IpAddr>) -> Result<(), Rejection>;

    #[test]
    fn the_thirty_first_share_in_a_minute_waits_and_others_do_not() {
        let limits = Limits::new(true);
        let (ann, bob) = (UserId::mint(), UserId::mint());
        assert!((0..30).all(|_| limits.share(ann).is_ok()));
        assert!(matches!(limits.share(ann), Err(Rejection::Throttled { retry_after: 1..=3 })));
        assert!(limits.share(bob).is_ok());
    }

    #[test]
    fn a_heavy_question_spends_more_and_a_guess_is_counted_apart() {
        let limits = Limits::new(true);
        let ann = UserId::mint();
        assert!((0..60).all(|_| limits.read(ann, 10).is_ok()));
        assert!(matches!(limits.read(ann, 10), Err(Rejection::Throttled { .. })));
        assert!(limits.guess(ann, 0).is_ok() && limits.guess(ann, 2_000).is_ok());
        assert!(matches!(limits.guess(ann, 1), Err(Rejection::Throttled { .. })));
        assert!(matches!(limits.guess(ann, 2_001), Err(Rejection::Throttled { retry_after: 60 })));
        let peer = |text: &str| text.parse::<IpAddr>().ok();
        assert!((0..2_000).all(|_| limits.guess_from(peer("10.0.0.1")).is_ok()));
        assert!(matches!(limits.guess_from(peer("10.0.0.1")), Err(Rejection::Throttled { .. })));
        assert!(limits.guess_from(peer("10.0.0.2")).is_ok());
    }

    #[test]
    fn who_guesses_a_password_shuts_out_himself_and_nobody_else() {
        let limits = Limits::new(true);
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
        assert!((200..=202).contains(&let_in.count()), "from very many places at once there is an end, too");
    }

    #[test]
    fn one_site_of_many_networks_does_not_shut_out_the_owner() {
        let peer = |text: &str| text.parse::<IpAddr>().ok();
        let doors: [Knock; 2] = [Limits::log_in, Limits::link_password];
        for door in doors {
            let limits = Limits::new(true);
            let from_site = (0..400).filter(|n| door(&limits, "ann", peer(&format!("2001:db8:1:{n:x}::1"))).is_ok());
            assert!((30..=32).contains(&from_site.count()));
            for elsewhere in ["2001:db8:2::1", "10.0.0.1", "::ffff:10.0.0.2"] {
                assert!(door(&limits, "ann", peer(elsewhere)).is_ok(), "{elsewhere}");
            }
            assert!(door(&limits, "bob", peer("2001:db8:1::1")).is_ok(), "another name");
            let mapped = (0..100).filter(|n| door(&limits, "dan", peer(&format!("::ffff:10.0.1.{n}"))).is_ok());
            assert_eq!(mapped.count(), 100, "addresses of IPv4 are no one site, however they are written");
        }
    }

    #[test]
    fn limits_can_be_switched_off() {
        let limits = Limits::new(false);
        let ann = UserId::mint();
        assert!((0..1000).all(|_| limits.share(ann).is_ok()));
    }
}
