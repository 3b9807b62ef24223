//! What it saves that writes which arrive together are committed together.

use crate::{SLOW, directory, world::file_url};
use std::{
    fs::File,
    io::Write,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use vouchsafe_flows::{Store, StoreError};

const CLIENTS: usize = 32;
const TIME: Duration = Duration::from_secs(4);

/// As many small writes a second as 32 threads can make, once each with a commit of its own, once as they come.
pub fn together(name: &str, disk: &str) {
    let path = directory(disk, "commits");
    println!("\n| Writes on {name}, 32 clients | per second | Ratio |\n|---|---|---|");
    println!("| one `fsync` of a small file | {:.0} | |", syncs(&path.join("file")));
    let store = Store::open(&file_url(&path), 1).unwrap();
    store.migrate().unwrap();
    let turn = Mutex::new(());
    let write = || {
        let written: Result<(), StoreError> = store.write("bench", |tx| {
            tx.touch_tree(1);
            Ok(())
        });
        written.unwrap();
    };
    let alone = rate(&|| {
        let _turn = turn.lock().unwrap();
        write();
    });
    println!("| a commit for each write | {alone:.0} | 1.00 |");
    let together = rate(&write);
    println!("| a commit for those that come together | {together:.0} | {:.2} |", together / alone);
    drop(store);
    std::fs::remove_dir_all(path).unwrap();
}

/// The same with the library preloaded that `SLOW_SYNC` names, which makes every sync take longer.
pub fn on_a_slower_disk(memory: &str, disk: &str) {
    let Ok(library) = std::env::var("SLOW_SYNC") else { return };
    let mut again = Command::new(std::env::current_exe().unwrap());
    again.args([memory, disk, SLOW]).env("LD_PRELOAD", library).env_remove("SLOW_SYNC");
    assert!(again.status().unwrap().success());
}

fn rate(write: &(dyn Fn() + Sync)) -> f64 {
    let count = AtomicUsize::new(0);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while start.elapsed() < TIME {
                    write();
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    #[allow(clippy::cast_precision_loss)]
    let count = count.into_inner() as f64;
    count / start.elapsed().as_secs_f64()
}

fn syncs(path: &std::path::Path) -> f64 {
    let mut file = File::create(path).unwrap();
    let (start, mut count) = (Instant::now(), 0_u32);
    while start.elapsed() < Duration::from_secs(1) {
        file.write_all(&[0; 4096]).unwrap();
        file.sync_all().unwrap();
        count += 1;
    }
    f64::from(count) / start.elapsed().as_secs_f64()
}
