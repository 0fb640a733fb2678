//! Answers to many: five bots stream at once to five hundred readers.
//!
//! An answer is numbered tokens. The demo model records when it hands each of them to its connection, and a reader notes
//! when it receives each; both are this process, so the two times are of one clock.

use std::time::{Duration, Instant};

use demo_model::RecordedRequest;
use shared::{ClientFrame, Seq};

use crate::browser::Browser;
use crate::crowd::{Crowd, Join};
use crate::marker::{self, Arrival, TOKENS};
use crate::member::{ANSWERS, Watch};
use crate::options::Options;
use crate::server::Server;
use crate::statistics::{median_of, percentiles, print_table};

const READERS: usize = 500;
/// How many are about to join at the same time.
const AT_ONCE: usize = 50;
/// The pause before each token. The model varies it a little and its timer adds more than a millisecond, so that about a
/// hundred come in a second; the table shows how many.
const PACE: Duration = Duration::from_micros(9_300);
/// Tokens of an answer in a second, about.
const TOKENS_A_SECOND: usize = 100;

/// How long a bot may take to begin.
const BEGINNING: Duration = Duration::from_secs(5);

/// What one round of one server did.
struct Measurement {
    median: f64,
    slowest: f64,
    /// Bytes of all frames that a reader was sent, for each byte of the answers' texts.
    bytes: f64,
    frames: f64,
    /// Seconds of CPU in a second.
    cores: f64,
    /// Tokens that the model wrote in a second, of one answer.
    pace: f64,
    lost: u64,
}

/// Measures Madang and prints the medians of all rounds. One frame for each token would be no reference: 250,000 frames a
/// second are more than a process can send.
pub(crate) async fn run(options: &Options) {
    let server = Server::madang("Madang", &[]).await;
    let mut all = Vec::new();
    for round in 0..options.rounds {
        let measurement = measure(&server, format!("streams-{round}"), options).await;
        println!(
            "round {}: {:.1} · {:.1} ms, {:.2} bytes a byte and {:.0} frames to a reader, {:.2} cores, {} lost",
            round + 1,
            measurement.median,
            measurement.slowest,
            measurement.bytes,
            measurement.frames,
            measurement.cores,
            measurement.lost
        );
        all.push(measurement);
    }
    let row = vec![
        server.name.clone(),
        format!("{:.1}", median_of(&all, |it| it.median)),
        format!("{:.1}", median_of(&all, |it| it.slowest)),
        format!("{:.2}", median_of(&all, |it| it.bytes)),
        format!("{:.0}", median_of(&all, |it| it.frames)),
        format!("{:.2}", median_of(&all, |it| it.cores)),
        format!("{:.0}", median_of(&all, |it| it.pace)),
        all.iter().map(|it| it.lost).sum::<u64>().to_string(),
    ];
    let title = format!(
        "Answers: {ANSWERS} bots stream to {READERS} readers; from the model's write of a token to a reader's receipt. Medians \
         of {} rounds",
        options.rounds
    );
    let heads = [
        "server",
        "median ms",
        "99th ms",
        "bytes/byte of text",
        "frames/reader",
        "cores",
        "tokens/s of a bot",
        "lost",
    ];
    print_table(&title, &heads, &[row]);
}

async fn measure(server: &Server, room: String, options: &Options) -> Measurement {
    let tokens = (TOKENS_A_SECOND * usize::try_from(options.time.as_secs()).unwrap()).min(TOKENS);
    server.prepare(&room, READERS).await;
    let mut asker = Browser::at(server.port);
    let (mut socket, welcome) = asker.join(&room, "asker").await;
    let bots: Vec<_> = welcome.bots.iter().take(ANSWERS).map(|bot| format!("@{}", bot.handle)).collect();
    assert_eq!(bots.len(), ANSWERS);
    let (watch, resume) = (Watch::Tokens, None);
    let join = Join { room, sockets: READERS, at_once: AT_ONCE, is_new: false, resume, watch };
    let mut crowd = Crowd::join(server, join).await;
    server.rest().await;
    let demo = &server.deployment.demo;
    demo.set_pace(PACE);
    let calls = demo.model_calls().len();
    let (cpu, bytes, frames, begun) = (server.cpu(), crowd.bytes(), crowd.frames(), Instant::now());
    for (answer, bot) in bots.iter().enumerate() {
        let words: Vec<_> = (0..tokens).map(|n| marker::token(u8::try_from(answer).unwrap(), n)).collect();
        demo.queue_answer_deltas(&words.iter().map(String::as_str).collect::<Vec<_>>());
        let (nonce, text) = (asker.nonce(), bot.clone());
        socket.send(&ClientFrame::Say { nonce, after: Seq::ZERO, text, reply_to: None }).await;
        // Only a call that has begun to answer has taken its text from the queue.
        let has_begun = |call: &RecordedRequest| !call.deltas.is_empty();
        let begun = |all: &[RecordedRequest]| {
            all.iter().filter(|it| it.endpoint.is_model_call()).nth(calls + answer).is_some_and(has_begun)
        };
        demo.wait_for(BEGINNING, begun).await;
    }
    crowd.wait((READERS * ANSWERS * tokens) as u64).await;
    let (cpu, took) = (server.cpu().saturating_sub(cpu), begun.elapsed());
    // The ends of the answers.
    server.rest().await;
    let (bytes, frames) = (crowd.bytes() - bytes, crowd.frames() - frames);
    let logs: Vec<_> = crowd.members.iter().map(|member| member.take_arrivals()).collect();
    crowd.closed();
    crowd.leave().await;
    let written: Vec<Vec<u64>> = demo.model_calls()[calls..]
        .iter()
        .map(|call| call.delta_times().map(marker::micros).collect())
        .collect();
    let latencies: Vec<u64> =
        logs.iter().flatten().filter_map(|arrival| latency(*arrival, &written)).collect();
    let lost = (READERS * ANSWERS * tokens - latencies.len()) as u64;
    let (median, slowest) = percentiles(latencies);
    let text_bytes = (ANSWERS * tokens * marker::TOKEN_LENGTH * READERS) as f64;
    Measurement {
        median,
        slowest,
        bytes: bytes as f64 / text_bytes,
        frames: frames as f64 / READERS as f64,
        cores: cpu.as_secs_f64() / took.as_secs_f64(),
        pace: pace(&written),
        lost,
    }
}

/// Microseconds from a token's writing to its arrival. The answers' numbers are the order of the model's calls.
fn latency(arrival: Arrival, written: &[Vec<u64>]) -> Option<u64> {
    let number = arrival.number as usize;
    let at = written.get(number / TOKENS)?.get(number % TOKENS)?;
    Some(arrival.at.saturating_sub(*at))
}

/// Tokens a second of the first answer.
fn pace(written: &[Vec<u64>]) -> f64 {
    let Some([first, .., last]) = written.first().map(Vec::as_slice) else { return f64::NAN };
    (written[0].len() - 1) as f64 * 1e6 / (last - first) as f64
}
