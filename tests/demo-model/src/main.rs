//! The demo model as a program: `demo-model --port N --pace-ms N --state FILE [--control] [--exit-with-stdin]`. It prints
//! one line, serves on loopback, and exits on SIGTERM or Ctrl-C.
#![allow(clippy::print_stdout)]

use demo_model::{DemoModel, Options};
use std::process::ExitCode;
use std::time::Duration;
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
        Err(error) => {
            eprintln!("demo-model: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(|runtime| {
        let result = runtime.block_on(serve(arguments));
        // A read of standard input cannot be cancelled, so the runtime must not wait for it.
        runtime.shutdown_background();
        result
    });
    match result {
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
    let model = DemoModel::start(arguments.options).await?;
    println!("demo model listening {}", model.url());
    tokio::select! {
        received = stop_signal() => received?,
        () = stdin_closed(), if arguments.exit_with_stdin => {}
    }
    model.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

async fn stdin_closed() {
    let mut stdin = tokio::io::stdin();
    let mut discarded = [0; 256];
    while matches!(stdin.read(&mut discarded).await, Ok(1..)) {}
}
