//! Part `ledger`: how many requests of rooms the deployment's one ledger answers in a second, alone in the real runtime. A request
//! gives a lease back and asks for the next one, so it stands for at least one call, and in a busy room for those of a minute;
//! here for five.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use hyper::Method;

use crate::deployment::Deployment;
use crate::http;

/// Requests of one measurement.
const REQUESTS: u32 = 10_000;
/// Calls of a model that the lease of a request has paid for.
const CALLS: u32 = 5;

pub(crate) async fn run() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = std::env::temp_dir().join(format!("madang-ledger-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let files = ["benches/ledger/worker.mjs", "benches/ledger/wrangler.toml", "../edge/build"];
    let copied = Command::new("cp").arg("-R").args(files.map(|file| tests.join(file))).arg(&folder).status();
    assert!(copied.unwrap().success(), "the Worker is built by `cargo xtask bench`");
    let deployment = Deployment::start_other(&folder, "/alive").await;
    println!(
        "\nThe ledger alone: requests of rooms in a second, and the calls of models that they pay for\n"
    );
    println!(
        "| rooms at once | requests a second | calls a second | granted |\n| ---: | ---: | ---: | ---: |"
    );
    let mut first = 0;
    for parallel in [1, 8, 64] {
        let path =
            format!("/?first={first}&requests={REQUESTS}&parallel={parallel}&rooms=1000&calls={CALLS}");
        let began = Instant::now();
        let reply = http::request(deployment.port, Method::GET, &path, &[], "").await.unwrap();
        let seconds = began.elapsed().as_secs_f64();
        let rate = f64::from(REQUESTS) / seconds;
        println!("| {parallel} | {rate:.0} | {:.0} | {} |", rate * f64::from(CALLS), reply.body);
        first += REQUESTS;
    }
    drop(deployment);
    let _ = std::fs::remove_dir_all(&folder);
}
