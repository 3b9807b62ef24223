use super::{
    estate::{Estate, READERS},
    storm::Manner,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};
use vouchsafe_tests::{Reply, Wire};
use vouchsafe_types::EntryId;

const FILES: usize = 5;

/// What is known of something that is there or not: whoever got no answer knows only what he had asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Yes,
    No,
    Asked(bool),
}

/// A mail with a share link.
#[derive(Debug)]
struct Invite {
    email: String,
    file: usize,
    sent: Known,
    applied: Known,
}

/// An owner's files, what only he changes about them, and what he was told of it.
pub(super) struct Lane {
    number: usize,
    token: String,
    claimer_token: String,
    /// The ids of his files.
    pub(super) files: Vec<String>,
    held: Vec<[Known; READERS]>,
    /// Whether each file lies in the second of two directories.
    moved: Vec<Known>,
    invites: Vec<Invite>,
    shares: [usize; READERS],
    touched: BTreeSet<usize>,
    /// How many changes were done, as was found later, and not answered.
    pub(super) unanswered: usize,
    dice: Dice,
}

/// Numbers that look like chance.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, below: usize) -> usize {
        // Xorshift, Marsaglia 2003.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }
}

impl Lane {
    pub(super) fn new(estate: &Estate, wire: &mut Wire, number: usize) -> Self {
        let (owner, claimer) = (format!("own{number}"), format!("claim{number}"));
        estate.put_user(wire, &owner);
        estate.put_user(wire, &claimer);
        let mut put = |path: String, kind: &str| {
            let uuid = EntryId::mint().to_string();
            let body = json!({ "path": path, "kind": kind, "create_parents": true });
            estate.host(wire, "PUT", &format!("/v1/entries/{uuid}"), &body);
            uuid
        };
        put(format!("/{owner}/b"), "dir");
        let files = (0..FILES).map(|n| put(format!("/{owner}/a/f{n}"), "file")).collect();
        Self {
            number,
            token: estate.command(&["token", "issue", &owner]),
            claimer_token: estate.command(&["token", "issue", &claimer]),
            files,
            held: vec![[Known::No; READERS]; FILES],
            moved: vec![Known::No; FILES],
            invites: Vec::new(),
            shares: [0; READERS],
            touched: BTreeSet::new(),
            unanswered: 0,
            dice: Dice(0x9e37_79b9 + u64::try_from(number).unwrap()),
        }
    }

    /// One change, if there is one to make. Gives whether it was done.
    ///
    /// # Errors
    /// When there was no answer.
    pub(super) fn step(&mut self, estate: &Estate, wire: &mut Wire, manner: Manner) -> io::Result<bool> {
        let (file, reader) = (self.dice.roll(FILES), self.dice.roll(READERS));
        self.touched.insert(file);
        match self.dice.roll(10) {
            0..5 => match self.held[file][reader] {
                Known::No => self.share(wire, manner, file, reader),
                Known::Yes => self.revoke(estate, wire, manner, file, reader),
                Known::Asked(_) => Ok(false),
            },
            5..7 => self.move_file(estate, wire, manner, file),
            7 | 8 => self.invite(wire, manner, file),
            _ => self.claim(estate, wire, manner),
        }
    }

    fn share_body(&self, to: &str, file: usize) -> Value {
        json!({ "recipients": [to], "shares": [{ "$": "fs-share", "path": self.files[file], "access": "read" }] })
    }

    fn share(&mut self, wire: &mut Wire, manner: Manner, file: usize, reader: usize) -> io::Result<bool> {
        self.held[file][reader] = Known::Asked(true);
        let body = self.share_body(&format!("read{reader}"), file);
        let reply = wire.call("POST", "/share", &self.token, &body)?;
        if !manner.is_done(&reply) {
            return Ok(false);
        }
        assert_eq!(reply.body["status"], "success", "{reply:?}");
        self.held[file][reader] = Known::Yes;
        self.shares[reader] += 1;
        Ok(true)
    }

    fn revoke(
        &mut self,
        estate: &Estate,
        wire: &mut Wire,
        manner: Manner,
        file: usize,
        reader: usize,
    ) -> io::Result<bool> {
        let query = format!("/v1/grants?entry={}&holder=read{reader}", self.files[file]);
        let found = wire.call("GET", &query, &estate.key, &Value::Null)?;
        if !manner.is_done(&found) {
            return Ok(false);
        }
        let grant = found.body["items"][0]["id"].as_str().unwrap_or_else(|| panic!("a share is lost: {found:?}"));
        self.held[file][reader] = Known::Asked(false);
        let reply = wire.call("DELETE", &format!("/v1/grants/{grant}"), &estate.key, &Value::Null)?;
        if manner.is_done(&reply) {
            self.held[file][reader] = Known::No;
        }
        Ok(reply.is_done())
    }

    fn move_file(&mut self, estate: &Estate, wire: &mut Wire, manner: Manner, file: usize) -> io::Result<bool> {
        let to = match self.moved[file] {
            Known::No => Known::Yes,
            Known::Yes => Known::No,
            Known::Asked(_) => return Ok(false),
        };
        self.moved[file] = Known::Asked(to == Known::Yes);
        let body = json!({ "path": self.path(file, to == Known::Yes) });
        let reply = wire.call("POST", &format!("/v1/entries/{}/move", self.files[file]), &estate.key, &body)?;
        if manner.is_done(&reply) {
            self.moved[file] = to;
        }
        Ok(reply.is_done())
    }

    fn path(&self, file: usize, is_moved: bool) -> String {
        format!("/own{}/{}/f{file}", self.number, if is_moved { "b" } else { "a" })
    }

    fn invite(&mut self, wire: &mut Wire, manner: Manner, file: usize) -> io::Result<bool> {
        let email = format!("new{}x{}@example.org", self.number, self.invites.len());
        let body = self.share_body(&email, file);
        self.invites.push(Invite { email, file, sent: Known::Asked(true), applied: Known::No });
        let reply = wire.call("POST", "/share", &self.token, &body)?;
        if !manner.is_done(&reply) {
            return Ok(false);
        }
        assert_eq!(reply.body["status"], "success", "{reply:?}");
        self.invites.last_mut().unwrap().sent = Known::Yes;
        Ok(true)
    }

    /// Takes up an invite whose mail has arrived.
    fn claim(&mut self, estate: &Estate, wire: &mut Wire, manner: Manner) -> io::Result<bool> {
        let mails = estate.mailbox.mails();
        let waiting = self.invites.iter_mut().filter(|invite| invite.applied == Known::No);
        let found = waiting.filter_map(|invite| {
            let mail = mails.iter().find(|mail| mail.to == invite.email)?;
            Some((invite, mail.share_token.clone().unwrap()))
        });
        let Some((invite, share_token)) = found.last() else { return Ok(false) };
        let proven = json!({ "email": invite.email, "email_confirmed": true });
        let reply = wire.call("PUT", &format!("/v1/users/claim{}", self.number), &estate.key, &proven)?;
        if !manner.is_done(&reply) {
            return Ok(false);
        }
        let checked = wire.call("POST", "/sharelink/check", "", &json!({ "token": share_token }))?;
        if !manner.is_done(&checked) {
            return Ok(false);
        }
        invite.applied = Known::Asked(true);
        let body = json!({ "uid": checked.body["uid"] });
        let reply = wire.call("POST", "/sharelink/apply", &self.claimer_token, &body)?;
        if manner.is_done(&reply) {
            invite.applied = Known::Yes;
        }
        Ok(reply.is_done())
    }

    /// How many shares with a reader were answered with success.
    pub(super) fn shares_with(&self, reader: usize) -> usize {
        self.shares[reader]
    }

    /// As [`Estate::settle`], for the files that were touched, or all.
    pub(super) fn settle(&mut self, estate: &Estate, wire: &mut Wire, is_thorough: bool) {
        let touched = std::mem::take(&mut self.touched);
        for file in (0..FILES).filter(|file| is_thorough || touched.contains(file)) {
            let uuid = self.files[file].clone();
            let read = format!("fs:{uuid}:read");
            for reader in 0..READERS {
                let grants = estate.all(wire, &format!("/v1/grants?entry={uuid}&holder=read{reader}"));
                assert!(grants.len() <= 1, "{grants:?}");
                let is_there = grants.len() == 1;
                assert_eq!(estate.may(wire, &format!("read{reader}"), &read), is_there, "{uuid} read{reader}");
                self.unanswered +=
                    settle(&mut self.held[file][reader], is_there, &format!("the share of {uuid} with read{reader}"));
            }
            let path = estate.host(wire, "GET", &format!("/v1/entries/{uuid}"), &Value::Null).body["path"].clone();
            let is_moved = path == self.path(file, true).as_str();
            assert!(is_moved || path == self.path(file, false).as_str(), "{path}");
            self.unanswered += settle(&mut self.moved[file], is_moved, &format!("the move of {uuid}"));
            self.settle_claims(estate, wire, file, &read);
        }
    }

    /// Who took up an invite can read; who did not cannot, unless he took up another one.
    fn settle_claims(&mut self, estate: &Estate, wire: &mut Wire, file: usize, read: &str) {
        let claimer = format!("claim{}", self.number);
        let may = estate.may(wire, &claimer, read);
        let mut taken: Vec<&mut Invite> = self.invites.iter_mut().filter(|invite| invite.file == file).collect();
        let mails = estate.mailbox.mails();
        for invite in taken.iter_mut().filter(|invite| invite.applied == Known::Asked(true)) {
            let mail = mails.iter().find(|mail| mail.to == invite.email).unwrap();
            let is_waiting = is_link_good(wire, mail.share_token.as_deref().unwrap());
            invite.applied = if is_waiting { Known::No } else { Known::Yes };
            self.unanswered += usize::from(!is_waiting);
        }
        assert_eq!(may, taken.iter().any(|invite| invite.applied == Known::Yes), "{claimer} {read}");
    }

    /// Every invite that was answered with success has its mail, every mail has its invite, and however often a mail
    /// came it was the same.
    pub(super) fn mails_fit(&self, estate: &Estate, wire: &mut Wire, ids: &BTreeMap<String, BTreeSet<String>>) {
        let mails = estate.mailbox.mails();
        for invite in &self.invites {
            let count = ids.get(&invite.email).map_or(0, BTreeSet::len);
            assert!(count <= 1, "{invite:?} has {count} mails");
            assert!(count == 1 || invite.sent == Known::Asked(true), "the mail of {invite:?} is lost");
            if let Some(mail) = mails.iter().find(|mail| mail.to == invite.email) {
                let is_good = is_link_good(wire, mail.share_token.as_deref().unwrap());
                assert_eq!(is_good, invite.applied == Known::No, "{invite:?}");
            }
        }
    }
}

/// Sets what nobody knew, and holds what is against what was known. Gives whether it was done and not answered.
fn settle(known: &mut Known, is_there: bool, what: &str) -> usize {
    let found = if is_there { Known::Yes } else { Known::No };
    let is_open = matches!(known, Known::Asked(_));
    assert!(*known == found || is_open, "{what}: {found:?}, and was answered {known:?}");
    let is_unanswered = *known == Known::Asked(is_there);
    *known = found;
    usize::from(is_unanswered)
}

/// Whether a share link waits to be taken up.
fn is_link_good(wire: &mut Wire, share_token: &str) -> bool {
    let reply: Reply = wire.call("POST", "/sharelink/check", "", &json!({ "token": share_token })).unwrap();
    assert!(reply.is_done() || reply.body["code"] == "invalid_token", "{reply:?}");
    reply.is_done()
}
