//! What a check and a share cost, as ratios to a route of the same server that does nothing.
//!
//! Everything that is compared is measured in one run. Usage: `make bench`, or with arguments
//! `<directory in memory> <directory on disk> [parts…] [grants…]`.

mod commits;
mod load;
mod structure;
mod world;

use load::{Load, Rate};
use std::{
    path::{Path, PathBuf},
    time::Instant,
};
use world::{Server, World, file_url};

const CLIENTS: usize = 32;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [memory, disk, rest @ ..] = arguments.as_slice() else { usage() };
    let given: Vec<usize> = rest.iter().filter_map(|text| text.parse().ok()).collect();
    let sizes = if given.is_empty() { vec![1_000, 100_000, 1_000_000] } else { given };
    let wanted: Vec<&String> = rest.iter().filter(|text| text.parse::<usize>().is_err()).collect();
    if wanted.iter().any(|name| PARTS.iter().all(|(part, _)| part != name)) {
        usage();
    }
    for (part, run) in PARTS {
        let is_wanted = if wanted.is_empty() { part != SLOW } else { wanted.iter().any(|name| *name == part) };
        if is_wanted {
            run(&Run { memory, disk, sizes: &sizes });
        }
    }
}

fn usage() -> ! {
    eprintln!("usage: <directory in memory> <directory on disk> [parts…] [grants…]");
    eprintln!("parts: {}", PARTS.map(|(part, _)| part).join(", "));
    std::process::exit(2);
}

/// Where to measure, and among how many grants.
struct Run<'a> {
    memory: &'a str,
    disk: &'a str,
    sizes: &'a [usize],
}

type Part = (&'static str, fn(&Run<'_>));

/// Measured in a process of its own, with a library preloaded.
const SLOW: &str = "slow";

const PARTS: [Part; 9] = [
    ("chains", |run| structure::chains(run.memory)),
    ("cascade", |run| structure::cascade(run.memory)),
    ("lists", |run| structure::lists(run.memory)),
    ("moves", |run| structure::moves(run.memory)),
    ("commits", |run| commits::together("this disk", run.disk)),
    ("checks", all_checks),
    ("shares", all_shares),
    ("slower", |run| commits::on_a_slower_disk(run.memory, run.disk)),
    (SLOW, |run| {
        commits::together("a disk that is 5 ms slower", run.disk);
        heading();
        shares(&directory(run.disk, "slow-shares"), "a disk that is 5 ms slower");
    }),
];

fn all_checks(run: &Run<'_>) {
    heading();
    for grants in run.sizes {
        let path = directory(run.memory, &format!("checks-{grants}"));
        checks(&path, &file_url(&path), &grants.to_string(), *grants);
    }
    match std::env::var("VOUCHSAFE_TEST_PG_URL") {
        Ok(url) => checks(&directory(run.memory, "postgres"), &url, "100000 on PostgreSQL", 100_000),
        Err(_) => println!("| no PostgreSQL in this run | | | | |"),
    }
}

fn all_shares(run: &Run<'_>) {
    heading();
    for (place, path) in [("memory", run.memory), ("disk", run.disk)] {
        shares(&directory(path, "shares"), place);
    }
}

fn heading() {
    println!("\n| Grants | Route | Clients | Requests/s | Ratio to no-op |\n|---|---|---|---|---|");
}

pub fn directory(parent: &str, name: &str) -> PathBuf {
    let path = Path::new(parent).join(format!("vouchsafe-bench-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&path).unwrap();
    path.canonicalize().unwrap()
}

fn row(grants: &str, route: &str, clients: usize, rate: &Rate, noop: &Rate) {
    println!("| {grants} | {route} | {clients} | {:.0} | {:.2} |", rate.per_second, rate.per_second / noop.per_second);
}

/// Warm and cold checks at depth 10 among so many grants; and how long the first answer takes.
fn checks(path: &Path, url: &str, label: &str, grants: usize) {
    let world = World::new(url, grants);
    let start = Instant::now();
    let server = Server::start_on(path, url);
    server.ask(&world.post("/v1/check", &world.question(0)));
    let first = start.elapsed();
    let load = Load { address: server.address.clone(), clients: CLIENTS, seconds: 4 };
    let noop = |n: usize| world.post("/v1/noop", &world.question(n % 500));
    load.run(&noop);
    let idle = load.run(&noop);
    row(label, "POST /v1/noop", CLIENTS, &idle, &idle);
    let warm = |n: usize| world.post("/v1/check", &world.question(n % 500));
    load.run(&warm);
    row(label, "POST /v1/check, warm", CLIENTS, &load.run(&warm), &idle);
    let cold = |n: usize| world.post("/v1/check", &world.fresh_question(n));
    row(label, "POST /v1/check, cold", CLIENTS, &load.run(&cold), &idle);
    println!("| {label} | resident memory: {} MB | | | |", server.resident_mb());
    if let Ok(file) = std::fs::metadata(path.join("vouchsafe.db")) {
        println!("| {label} | database: {} MB | | | |", file.len() / 1_000_000);
    }
    println!("| {label} | start to first answer: {} ms | | | |", first.as_millis());
    drop(server);
    std::fs::remove_dir_all(path).unwrap();
}

/// Shares of one file with one person, one client and many.
fn shares(path: &Path, place: &str) {
    let world = World::new(&file_url(path), 1_000);
    let server = Server::start(path);
    let noop_load = Load { address: server.address.clone(), clients: CLIENTS, seconds: 3 };
    let idle = noop_load.run(&|n| world.post("/v1/noop", &world.question(n % 500)));
    for clients in [1, CLIENTS] {
        let load = Load { address: server.address.clone(), clients, seconds: 4 };
        let offset = clients * 1_000_000;
        let rate = load.run(&|n| world.share(n + offset));
        row(&format!("shares on {place}"), "POST /share", clients, &rate, &idle);
    }
    drop(server);
    std::fs::remove_dir_all(path).unwrap();
}
