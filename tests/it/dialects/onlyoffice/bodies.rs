//! Every form in which a client may write what shall be shared, the official page's own first.

use super::desk::*;
use serde_json::{Value, json};
use vouchsafe_tests::{Answer, Person, World, assert_golden};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

async fn put(world: &World, who: &Person, file: i64, query: &str, kind: &str, body: &str) -> Answer {
    let path = format!("/api/2.0/files/file/{file}/share{query}");
    world.raw("PUT", &path, &who.token, kind, body).await
}

#[actix_web::test]
async fn the_example_of_the_official_page_removes_a_row_and_its_sibling_makes_one() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let wrapped = |access: &str| json!({"share": [{"value": {"ShareTo": guid(&world, &bob), "Access": access}}]});
    let path = format!("/api/2.0/files/file/{file}/share");
    for (access, expected) in [("2", Some(&2)), ("0", None)] {
        // The token stands alone in its header, as on the page.
        let header = ("authorization", ann.token.as_str());
        let answer = world.with_header(header, "PUT", &path, "", wrapped(access)).await;
        assert_eq!((answer.status, answer.content_type.as_str()), (200, "application/json; charset=utf-8"));
        assert_eq!(shown(&answer).get("bob"), expected, "{answer:?}");
        assert_eq!(world.may(&bob, "fs:/ann/plan.docx:read"), expected.is_some());
    }
    assert_eq!(list(&world, &ann, file).await, these([("ann", 1)]));
}

#[actix_web::test]
async fn every_form_of_a_body_does_the_same() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    let bare = id.replace('-', "");
    let multipart = format!(
        "--xx\r\nContent-Disposition: form-data; name=\"share[0][ShareTo]\"\r\n\r\n{id}\r\n\
         --xx\r\nContent-Disposition: form-data; name=\"share[0][Access]\"\r\n\r\n6\r\n--xx--\r\n"
    );
    let bodies = [
        (JSON, format!(r#"{{"share":[{{"ShareTo":"{id}","Access":6}}]}}"#)),
        (JSON, format!(r#"{{"share":[{{"value":{{"ShareTo":"{id}","Access":"6"}}}}]}}"#)),
        (JSON, format!(r#"{{"share":[{{"VALUE":{{"shareto":"{id}","ACCESS":"Comment"}}}}]}}"#)),
        (JSON, format!(r#"{{"Share":{{"shareTo":"{{{id}}}","access":"comment"}},"unknown":[1]}}"#)),
        ("application/json; charset=utf-8", format!(r#"{{"share":[{{"ShareTo":" {bare} ","Access":"6"}}]}}"#)),
        (
            JSON,
            format!(r#"{{"share":[{{"ShareTo":"({id})","Access":2}},{{"value":{{"ShareTo":"{id}","Access":6}}}}]}}"#),
        ),
        (FORM, format!("share[0][ShareTo]={id}&share[0][Access]=6")),
        (FORM, format!("share%5B0%5D%5BShareTo%5D={id}&share%5B0%5D%5BAccess%5D=Comment&notify=false")),
        (FORM, format!("share[0].shareTo={id}&share[0].access=6")),
        (FORM, format!("share[][ShareTo]={id}&share[][Access]=6")),
        (FORM, format!("share[ShareTo]={id}&share[Access]=6")),
        ("multipart/form-data; boundary=xx", multipart),
    ];
    for (kind, body) in bodies {
        let answer = put(&world, &ann, file, "", kind, &body).await;
        assert_eq!(shown(&answer), these([("ann", 1), ("bob", 6)]), "{body}");
        assert_eq!(shown(&share(&world, &ann, file, &id, 0).await), these([("ann", 1)]));
    }
    let query = format!("?share[0][ShareTo]={id}&share[0][Access]=6");
    assert_eq!(shown(&put(&world, &ann, file, &query, "", "").await).get("bob"), Some(&6));
}

#[actix_web::test]
async fn every_spelling_of_every_access_makes_the_same_row() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    let id = guid(&world, &bob);
    let names = [
        (1, "ReadWrite"),
        (2, "Read"),
        (3, "Restrict"),
        (5, "Review"),
        (6, "Comment"),
        (7, "FillForms"),
        (8, "CustomFilter"),
    ];
    for (number, name) in names {
        let mut rows: Vec<Value> = Vec::new();
        for spelling in [json!(number), json!(number.to_string()), json!(name), json!(name.to_uppercase())] {
            assert_eq!(shown(&share(&world, &ann, file, &id, spelling).await).get("bob"), Some(&number));
            let grants = world.v1("GET", &format!("/v1/grants?entry={entry}"), json!({})).await.body;
            let grant = &grants["items"][0];
            assert_eq!(grants["items"].as_array().unwrap().len(), 1);
            rows.push(json!([grant["capabilities"], grant["exact"], grant["issuer"], grant["origin"]]));
            share(&world, &ann, file, &id, "None").await;
        }
        rows.dedup();
        assert_eq!(rows.len(), 1, "{name}");
        assert_eq!(rows[0][1], json!(true), "exact");
    }
}

#[actix_web::test]
async fn the_answer_has_the_form_of_the_specification() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let team = group(&world, "Design", &[&bob]).await;
    share(&world, &ann, file, &team, 2).await;
    let mut answer = share(&world, &ann, file, &guid(&world, &bob), 3).await;
    let text = answer.body.to_string();
    assert!(text.contains("\"isLDAP\":false"));
    // What differs from run to run.
    let mut n = 0;
    for record in answer.body["response"].as_array_mut().unwrap() {
        n += 1;
        record["sharedTo"]["id"] = json!(format!("id-{n}"));
        if record["sharedTo"]["shareLink"].is_string() {
            record["sharedTo"]["shareLink"] = json!("link");
        }
    }
    assert_golden("dialects/onlyoffice/golden/share", &answer);
}

#[actix_web::test]
async fn the_keys_of_the_envelope_stand_in_their_order_and_a_list_is_cut_on_request() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (_, file) = dir(&world, "/ann/d").await;
    for who in [&bob, &eve] {
        share_folder(&world, &ann, file, &guid(&world, who), 2).await;
    }
    let path = format!("folder/{file}/share?count=1&startIndex=1");
    let answer = call(&world, &ann, "GET", &path, json!({})).await.body;
    let expected =
        [("count", 1), ("startIndex", 1), ("nextIndex", 3), ("total", 3), ("status", 0), ("statusCode", 200)];
    for (key, value) in expected {
        assert_eq!(answer[key], json!(value), "{key}");
    }
    let whole = call(&world, &ann, "GET", &format!("folder/{file}/share"), json!({})).await.body;
    assert_eq!((&whole["count"], &whole["total"], &whole["startIndex"]), (&json!(3), &Value::Null, &Value::Null));
    let refused = call(&world, &ann, "GET", &format!("folder/{file}/share?count=x"), json!({})).await;
    assert_eq!(refusal(&refused).0, 400);
}

#[actix_web::test]
async fn an_empty_share_changes_nothing_and_answers_with_the_list() {
    let world = World::new();
    let (ann, bob, eve) = world.people();
    let (entry, file) = file(&world, "/ann/plan.docx").await;
    share(&world, &ann, file, &guid(&world, &bob), 2).await;
    let settings = r#""advancedSettings":{"denyDownload":true},"notify":true"#;
    for body in [
        "",
        "{}",
        r#"{"share":[]}"#,
        r#"{"share":null}"#,
        &format!(r#"{{"share":[],{settings}}}"#),
        r#"{"share":[],"advancedSettings":"x"}"#,
        r#"{"share":[],"notify":true,"sharingMessage":{}}"#,
        r#"{"share":[],"notify":1}"#,
        r#"{"share":[],"Foo":1,"foo":2}"#,
    ] {
        let answer = put(&world, &ann, file, "", JSON, body).await;
        assert_eq!(shown(&answer), these([("ann", 1), ("bob", 2)]), "{body}");
    }
    assert!(world.may(&bob, &format!("fs:{entry}:download")));
    assert_eq!(world.counts().2, 0);
    assert_eq!(refusal(&put(&world, &eve, file, "", JSON, "{}").await), no_permission());
}

#[actix_web::test]
async fn what_is_passed_over_is_not_looked_at() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let (_, folder) = dir(&world, "/ann/d").await;
    let put = |path: String, more: Value| {
        let mut body = json!({"share": [{"ShareTo": guid(&world, &bob), "Access": 2}], "fileIds": [file]});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let (world, ann) = (&world, &ann);
        async move { call(world, ann, "PUT", &path, body).await.status }
    };
    let (of_file, of_folder) = (format!("file/{file}/share"), format!("folder/{folder}/share"));
    for odd in [json!(5), json!([]), json!({"denyDownload": "perhaps"}), json!({"denySharing": 1, "DENYSHARING": 2})] {
        let settings = json!({ "advancedSettings": odd });
        for (path, status) in [(&of_folder, 200), (&"share".to_owned(), 200), (&of_file, 400)] {
            assert_eq!(put(path.clone(), settings.clone()).await, status, "{path} {settings}");
        }
    }
    for (is_told, status) in [(json!(false), 200), (Value::Null, 200), (json!(true), 400)] {
        let message = json!({"notify": is_told, "sharingMessage": [1]});
        for path in [&of_file, &of_folder, &"share".to_owned()] {
            assert_eq!(put(path.clone(), message.clone()).await, status, "{path} {message}");
        }
    }
    // What is wrong with a name concerns who reads it.
    let unknown = ["filter[a][b][c][d]=1", "foo[bar]=1&foo=2", "x[=1", "=2", "[0]=a", "doc[=1", "Foo=1&foo=2"];
    let known =
        ["notify[=1", "notify=true&Notify=true", "share[1][ShareTo]=a", "count=1&Count=1", "advancedSettings[=1"];
    let twice = ["Asc_auth_key=a&ASC_AUTH_KEY=a"];
    for (queries, status) in [(&unknown[..], 200), (&known[..], 400), (&twice[..], 400)] {
        for query in queries {
            assert_eq!(put(format!("{of_file}?{query}"), json!({})).await, status, "{query}");
        }
    }
    let body = json!({"Foo": 1, "foo": 2, "FOO": {}});
    assert_eq!(put(of_file, body).await, 200);
}

#[actix_web::test]
async fn a_suffix_is_allowed_and_so_is_the_token_in_a_variable() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let path = format!("/api/2.0/files/file/{file}/share.json?asc_auth_key={}", ann.token);
    let answer = world.raw("GET", &path, "", "", "").await;
    assert_eq!(shown(&answer), these([("ann", 1)]));
    let body = format!("share[ShareTo]={}&share[Access]=2&asc_auth_key={}", guid(&world, &bob), ann.token);
    let answer = world.raw("PUT", &format!("/api/2.0/files/file/{file}/share"), "", FORM, body).await;
    assert_eq!(shown(&answer), these([("ann", 1), ("bob", 2)]));
    assert_eq!(
        call(&world, &ann, "GET", &format!("file/{file}.json"), json!({})).await.body["response"]["id"],
        json!(file)
    );
    // Pages from elsewhere have no use of the cookie.
    let path = format!("/api/2.0/files/file/{file}/share");
    let cookie = ("cookie", format!("asc_auth_key={}", ann.token));
    for (origin, status) in [("http://vouchsafe.test", 200), ("http://elsewhere.test", 401)] {
        let headers = [cookie.clone(), ("origin", origin.to_owned())];
        assert_eq!(world.with_headers(&headers, "GET", &path, "").await.status, status, "{origin}");
    }
    // The variable comes before the header.
    let headers = [cookie, ("authorization", "wrong".to_owned())];
    assert_eq!(world.with_headers(&headers, "GET", &path, "").await.status, 200);
}

#[actix_web::test]
async fn a_value_in_the_query_takes_the_place_of_that_in_the_body() {
    let world = World::new();
    let (ann, bob, _) = world.people();
    let (_, file) = file(&world, "/ann/plan.docx").await;
    let body =
        |is_told: bool| json!({"share": [{"ShareTo": guid(&world, &bob), "Access": 2}], "notify": is_told}).to_string();
    for (query, is_told, mails) in [("?notify=false", true, 0), ("?Notify=true", false, 1)] {
        assert_eq!(put(&world, &ann, file, query, JSON, &body(is_told)).await.status, 200);
        assert_eq!(world.counts().2, mails, "{query}");
    }
}
