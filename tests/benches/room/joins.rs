//! Joining: a thousand people come, and come back at once after a deploy.

use std::time::Duration;

use crate::crowd::{Crowd, Join};
use crate::marker;
use crate::member::Watch;
use crate::options::{Options, Row};
use crate::server::Server;
use crate::statistics::{median_of, print_table};

const PEOPLE: usize = 1_000;
/// How many are about to join at the same time.
const AT_ONCE: usize = 50;
/// What is said before the deploy, so that the room has a history.
const TALK: Row = Row { sockets: PEOPLE, rate: 20 };
const TALKING: Duration = Duration::from_secs(3);

/// Seconds and CPU seconds of one step.
type Cost = (f64, f64);

/// What one server did in one round.
struct Measurement {
    came: Cost,
    returned: Cost,
    /// Mebibytes that the process holds more once everybody is there.
    memory: f64,
    failed: usize,
}

/// Measures every server in turns and prints the medians of all rounds.
pub(crate) async fn run(options: &Options) {
    let mut servers = vec![Server::madang("Madang", &[]).await];
    servers.extend(Server::others(options).await);
    let mut measured: Vec<Vec<Measurement>> = servers.iter().map(|_| Vec::new()).collect();
    for round in 0..options.rounds {
        for (server, measured) in servers.iter_mut().zip(&mut measured) {
            let measurement = measure(server, format!("joins-{round}")).await;
            println!(
                "round {}, {}: {PEOPLE} came in {:.2} s ({:.2} s of CPU), and after a deploy in {:.2} s ({:.2} s of CPU)",
                round + 1,
                server.name,
                measurement.came.0,
                measurement.came.1,
                measurement.returned.0,
                measurement.returned.1,
            );
            measured.push(measurement);
        }
    }
    let row = |(server, all): (&Server, &Vec<Measurement>)| {
        vec![
            server.name.clone(),
            format!("{:.2}", median_of(all, |it| it.came.0)),
            format!("{:.2}", median_of(all, |it| it.came.1)),
            format!("{:.2}", median_of(all, |it| it.returned.0)),
            format!("{:.2}", median_of(all, |it| it.returned.1)),
            format!("{:.0}", median_of(all, |it| it.memory)),
            all.iter().map(|it| it.failed).sum::<usize>().to_string(),
        ]
    };
    let rows: Vec<_> = servers.iter().zip(&measured).map(row).collect();
    let title = format!(
        "Joining: {PEOPLE} people, {AT_ONCE} at a time, through /api/enter and a socket (other servers: a socket); then all at \
         once to a restarted process with their cookies. Medians of {} rounds",
        options.rounds
    );
    let heads = ["server", "came, s", "CPU s", "came back at once, s", "CPU s", "memory, MiB more", "failed"];
    print_table(&title, &heads, &rows);
}

async fn measure(server: &mut Server, room: String) -> Measurement {
    server.prepare(&room, 0).await;
    server.rest().await;
    let watch = Watch::Messages;
    let join =
        Join { room: room.clone(), sockets: PEOPLE, at_once: AT_ONCE, is_new: true, resume: None, watch };
    let (crowd, came) = timed(server, join).await;
    crowd.talk(TALK, TALKING, marker::WARM_UP).await;
    server.rest().await;
    let (resume, mut failed) = (crowd.position(), crowd.failed.values().sum());
    server.keep_cookies(crowd.cookies());
    // The process dies before the sockets close.
    server.restart().await;
    crowd.leave().await;
    let memory = server.deployment.memory();
    let join = Join { room, sockets: PEOPLE, at_once: PEOPLE, is_new: false, resume, watch };
    let (crowd, returned) = timed(server, join).await;
    failed += crowd.failed.values().sum::<usize>();
    let memory = server.deployment.memory() - memory;
    crowd.leave().await;
    Measurement { came, returned, memory, failed }
}

/// Joins, and measures until the process rests.
async fn timed(server: &Server, join: Join) -> (Crowd, Cost) {
    let before = server.cpu();
    let crowd = Crowd::join(server, join).await;
    server.rest().await;
    let cpu = server.cpu().saturating_sub(before);
    let cost = (crowd.joined.as_secs_f64(), cpu.as_secs_f64());
    (crowd, cost)
}
