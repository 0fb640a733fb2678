//! The demo model as a program: `demo-model --port N --pace-ms N --state FILE [--control] [--exit-with-stdin]`.
//! It prints one line, serves on loopback, and goes quietly on SIGTERM or Ctrl-C.
#![allow(clippy::print_stdout)]

use std::process::ExitCode;
use std::time::Duration;
use tests::demo::{Demo, Options};
use tokio::io::AsyncReadExt;

const USAGE: &str =
    "usage: demo-model [--port N] [--pace-ms N] [--state FILE] [--control] [--exit-with-stdin]";

struct Arguments {
    options: Options,
    exit_with_stdin: bool,
}

fn main() -> ExitCode {
    let arguments = match parse(std::env::args().skip(1)) {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("demo-model: {problem}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let served = tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let served = runtime.block_on(serve(arguments));
        // Reading standard input cannot be cancelled, and nothing else is worth waiting for.
        runtime.shutdown_background();
        served
    });
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo-model: {error}");
            ExitCode::FAILURE
        }
    }
}

fn parse(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let options = Options { pace: Duration::from_millis(40), ..Options::default() };
    let mut arguments = Arguments { options, exit_with_stdin: false };
    while let Some(name) = given.next() {
        let mut value = || given.next().ok_or_else(|| format!("{name} needs a value"));
        match name.as_str() {
            "--port" => arguments.options.port = value()?.parse().map_err(|_| "--port needs a number")?,
            "--pace-ms" => {
                let millis = value()?.parse().map_err(|_| "--pace-ms needs a number")?;
                arguments.options.pace = Duration::from_millis(millis);
            }
            "--state" => arguments.options.state = Some(value()?.into()),
            "--control" => arguments.options.control = true,
            "--exit-with-stdin" => arguments.exit_with_stdin = true,
            _ => return Err(format!("unknown option {name}")),
        }
    }
    Ok(arguments)
}

async fn serve(arguments: Arguments) -> std::io::Result<()> {
    let demo = Demo::start(arguments.options).await?;
    println!("demo model listening {}", demo.url());
    tokio::select! {
        ended = told_to_stop() => ended?,
        () = stdin_closed(), if arguments.exit_with_stdin => {}
    }
    demo.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn told_to_stop() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn told_to_stop() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut thrown_away = [0; 256];
    while matches!(stdin.read(&mut thrown_away).await, Ok(1..)) {}
}
