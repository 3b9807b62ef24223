use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// So many clients, each with one connection, for so long.
pub struct Load {
    pub address: String,
    pub clients: usize,
    pub seconds: u64,
}

/// What came of it.
pub struct Rate {
    pub per_second: f64,
}

impl Load {
    /// Sends request `n` of every client as `make(n)` says; any answer but a 200 ends the measurement.
    pub fn run(&self, make: &(dyn Fn(usize) -> Vec<u8> + Sync)) -> Rate {
        let next = AtomicUsize::new(0);
        let start = Instant::now();
        let end = start + Duration::from_secs(self.seconds);
        std::thread::scope(|scope| {
            for _ in 0..self.clients {
                scope.spawn(|| {
                    let stream = TcpStream::connect(&self.address).unwrap();
                    stream.set_nodelay(true).unwrap();
                    let mut reader = BufReader::new(stream.try_clone().unwrap());
                    let mut writer = stream;
                    while Instant::now() < end {
                        let request = make(next.fetch_add(1, Ordering::Relaxed));
                        writer.write_all(&request).unwrap();
                        answer(&mut reader);
                    }
                });
            }
        });
        #[allow(clippy::cast_precision_loss)]
        let count = next.load(Ordering::Relaxed) as f64;
        Rate { per_second: count / start.elapsed().as_secs_f64() }
    }
}

/// The body of the next answer; any but a 200 ends the measurement.
pub fn answer(reader: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    let status = line.clone();
    let mut length = 0;
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    assert!(status.contains(" 200 "), "{status}{body}");
    body
}
