use crate::{
    Actor, Change, Client, Error, Holder, NewGrant, Question, RetryPolicy, RevokeMode, UserChange,
    stub::{self, ID, Reply, Stub, TOKEN, entry, grant},
};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio::{
    net::TcpSocket,
    time::{sleep, timeout},
};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

fn user() -> Reply {
    let view = json!({
        "username": "ann", "uuid": ID, "email": null, "email_confirmed": false, "display_name": null,
        "suspended": false, "created_at": "2027-01-15T08:00:00.000000Z",
    });
    Reply::json(200, &view)
}

fn question() -> Question {
    Question::new(Actor::user("bob"), "fs:/ann:read")
}

async fn give(client: &Client) -> Result<(), Error> {
    client.give(&NewGrant::new("ann", Holder::user("bob"), "fs:/ann:read")).await.map(drop)
}

/// Every way in which a failure may be over the next time.
fn passing() -> Vec<Reply> {
    let busy = [429, 502, 503, 504].map(|status| Reply::refusal(status, "busy"));
    busy.into_iter().chain([Reply::HangUp, Reply::BrokenOff, Reply::Silence]).collect()
}

/// A client that gives up soon where there will be no answer, and waits for a slow machine where there will.
fn impatient(stub: &Stub, failure: &Reply) -> Client {
    let builder = stub.builder();
    if *failure != Reply::Silence {
        return builder.build().unwrap();
    }
    let often = RetryPolicy { max_retries: 15, first_delay: ms(1), max_delay: ms(5), ..RetryPolicy::default() };
    builder.timeout(ms(100)).retry(often).build().unwrap()
}

#[tokio::test]
async fn a_call_shows_the_token_and_says_what_it_sends_and_wants() {
    let stub = Stub::replying([user()]).await;
    let client = stub.builder().user_agent("tests/1").build().unwrap();
    client.user("ann").await.unwrap();
    client.put_user("ann", &UserChange::default()).await.unwrap();
    let [read, write] = <[_; 2]>::try_from(stub.requests()).unwrap();
    for (name, value) in
        [("authorization", "Bearer vsk_secret"), ("accept", "application/json"), ("user-agent", "tests/1")]
    {
        assert_eq!(read.headers.get(name).map(String::as_str), Some(value));
        assert_eq!(read.headers.get(name), write.headers.get(name));
    }
    assert_eq!(write.headers["content-type"], "application/json");
    assert_eq!((read.headers.get("content-type"), write.body), (None, json!({})));
}

#[tokio::test]
async fn what_is_safe_is_sent_again_until_it_is_answered() {
    for failure in passing() {
        let stub = Stub::replying([failure.clone(), failure.clone(), user()]).await;
        let client = impatient(&stub, &failure);
        assert_eq!(client.user("ann").await.unwrap().username, "ann", "{failure:?}");
        let sent = stub.requests().len();
        assert!(sent == 3 || failure == Reply::Silence && sent > 1, "{failure:?}: {sent}");
    }
}

#[tokio::test]
async fn every_call_that_is_safe_is_sent_again() {
    let busy = || Reply::refusal(503, "unavailable");
    let twice = async |good: Value| Stub::replying([busy(), Reply::json(200, &good)]).await;
    let id = || ID.parse().unwrap();

    let put = Stub::replying([busy(), user()]).await;
    put.client().put_user("ann", &UserChange::default()).await.unwrap();
    let delete = twice(json!({})).await;
    delete.client().delete_entry(ID.parse().unwrap()).await.unwrap();
    let revoke = twice(json!({ "removed": [], "revision": 1 })).await;
    revoke.client().revoke(id(), RevokeMode::Cascade).await.unwrap();
    let list = twice(json!({ "items": [], "cursor": null })).await;
    list.client().audit(&Default::default()).all().await.unwrap();
    let check = twice(json!({ "allowed": true, "revision": 1 })).await;
    check.client().check(&question()).await.unwrap();
    let batch = twice(json!({ "results": [{ "allowed": true }], "revision": 1 })).await;
    batch.client().check_batch(&[question()]).await.unwrap();
    let explain = twice(json!({ "allowed": true, "reading": [], "revision": 1 })).await;
    explain.client().explain(&question()).await.unwrap();
    let what_if = twice(json!({ "gains": [], "losses": [], "complete": true, "revision": 1 })).await;
    what_if.client().what_if(&Change::Delete { entry: ID.parse().unwrap() }).await.unwrap();

    for stub in [put, delete, revoke, list, check, batch, explain, what_if] {
        let [first, second] = <[_; 2]>::try_from(stub.requests()).unwrap();
        assert_eq!((first.call, first.body), (second.call, second.body));
    }
}

#[tokio::test]
async fn a_refused_grant_is_never_sent_twice() {
    for failure in passing() {
        let stub = Stub::replying([failure.clone(), Reply::json(201, &grant())]).await;
        let client = impatient(&stub, &failure);
        assert!(give(&client).await.is_err(), "{failure:?}");
        assert!(stub.requests().len() < 2, "{failure:?}");
    }
}

#[tokio::test]
async fn a_refused_move_is_never_sent_twice() {
    for failure in passing() {
        let stub = Stub::replying([failure.clone(), Reply::json(200, &entry())]).await;
        let client = impatient(&stub, &failure);
        assert!(client.move_entry(ID.parse().unwrap(), "/ann/b").await.is_err(), "{failure:?}");
        assert!(stub.requests().len() < 2, "{failure:?}");
    }
}

#[tokio::test]
async fn a_refusal_that_will_not_pass_is_final() {
    for status in [300, 302, 400, 401, 403, 404, 409, 422, 500, 501] {
        let stub = Stub::replying([Reply::refusal(status, "no"), user()]).await;
        let error = stub.client().user("ann").await.unwrap_err();
        assert_eq!((error.status(), error.code()), (Some(status), Some("no")));
        assert_eq!(error.refusal().unwrap().request_id.as_deref(), Some("r-1"));
        assert_eq!(stub.requests().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn retries_end_with_the_last_refusal() {
    let stub = Stub::replying([Reply::refusal(502, "first"), Reply::refusal(503, "later")]).await;
    let error = stub.client().user("ann").await.unwrap_err();
    assert_eq!((error.code(), stub.requests().len()), (Some("later"), 4));
    let once = stub.builder().retry(RetryPolicy::never()).build().unwrap();
    assert_eq!(once.user("ann").await.unwrap_err().code(), Some("later"));
    assert_eq!(stub.requests().len(), 5);
}

#[tokio::test]
async fn a_longer_pause_than_there_is_time_for_is_not_waited() {
    let stub = Stub::replying([Reply::refusal(429, "busy").with("retry-after", "3600"), user()]).await;
    let began = Instant::now();
    let error = stub.client().user("ann").await.unwrap_err();
    assert_eq!(error.refusal().unwrap().retry_after, Some(Duration::from_secs(3_600)));
    assert_eq!(stub.requests().len(), 1);
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn the_pause_that_the_server_asks_for_is_waited() {
    let stub = Stub::replying([Reply::refusal(429, "busy").with("retry-after", "1"), user()]).await;
    let early = timeout(ms(50), stub.client().user("ann")).await;
    assert!(early.is_err() && stub.requests().len() < 2, "it is still waiting");
    for odd in ["0", "soon", "-1", "Wed, 21 Oct 2037 07:28:00 GMT"] {
        let stub = Stub::replying([Reply::refusal(503, "busy").with("retry-after", odd), user()]).await;
        stub.client().user("ann").await.unwrap();
        assert_eq!(stub.requests().len(), 2, "{odd}");
    }
}

#[tokio::test]
async fn a_deletion_that_may_have_happened_before_says_so() {
    for (failure, is_unknown) in [
        (Reply::refusal(429, "busy"), false),
        (Reply::refusal(502, "busy"), true),
        (Reply::refusal(503, "busy"), true),
        (Reply::refusal(504, "busy"), true),
        (Reply::HangUp, true),
        (Reply::BrokenOff, true),
    ] {
        let gone = Reply::refusal(404, "subject_does_not_exist");
        let stub = Stub::replying([failure.clone(), gone.clone(), gone]).await;
        let client = stub.client();
        let refused = async || client.delete_entry(ID.parse().unwrap()).await.unwrap_err();
        assert_eq!(refused().await.refusal().unwrap().earlier_outcome_unknown, is_unknown, "{failure:?}");
        assert!(!refused().await.refusal().unwrap().earlier_outcome_unknown, "there was no earlier attempt");
    }
}

#[tokio::test]
async fn silence_is_a_timeout() {
    let stub = Stub::replying([Reply::Silence]).await;
    let error = impatient(&stub, &Reply::Silence).user("ann").await.unwrap_err();
    assert!(error.is_timeout() && error.status().is_none());
}

#[tokio::test]
async fn a_server_that_comes_up_late_is_reached() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("http://{}", socket.local_addr().unwrap());
    let refused = give(&stub::builder(&url).build().unwrap()).await.unwrap_err();
    assert!(matches!(refused, Error::Transport(_)) && !refused.is_timeout());

    let patient = RetryPolicy { max_retries: 100, first_delay: ms(2), max_delay: ms(5), ..RetryPolicy::default() };
    let client = stub::builder(&url).retry(patient).build().unwrap();
    let call = tokio::spawn(async move { client.delete_entry(ID.parse().unwrap()).await });
    sleep(ms(20)).await;
    let stub = Stub::on(socket.listen(8).unwrap(), [Reply::refusal(404, "subject_does_not_exist")]);
    let refused = call.await.unwrap().unwrap_err();
    assert!(!refused.refusal().unwrap().earlier_outcome_unknown, "nothing was sent before");
    assert_eq!(stub.requests().len(), 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let thief = Stub::replying([user()]).await;
    let stub = Stub::replying([Reply::Answer(307, vec![("location", thief.url().to_owned())], Vec::new())]).await;
    let error = stub.client().user("ann").await.unwrap_err();
    assert_eq!((error.status(), error.code()), (Some(307), Some("http_307")));
    thief.saw(&[]);
}

#[tokio::test]
async fn no_failure_prints_the_token() {
    for failure in passing() {
        let stub = Stub::replying([failure.clone()]).await;
        let error = impatient(&stub, &failure).user("ann").await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains(TOKEN));
    }
}

#[test]
fn calls_can_be_made_from_any_thread() {
    fn is_sent<T: Send>(_: T) {}
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Client>();
    is_shared::<Error>();
    let client = stub::builder("http://127.0.0.1:9").build().unwrap();
    is_sent(give(&client));
    is_sent(client.audit(&Default::default()).all());
}
