//! The running programs of `dev`: wrangler with the Worker, and the demo model when there is no key.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::bail;

use crate::{
    child_process::ChildProcess,
    command,
    demo_model::DemoModel,
    page,
    profile::{PROFILE_VARIABLE, Profile},
    signals,
    steps::seconds,
    variables::{Variables, identity_secret},
    worker::WorkerBuild,
    workspace,
};

/// Where `trunk serve` serves, for people who use it beside this command.
const TRUNK_PORT: u16 = 8080;
const START_LIMIT: Duration = Duration::from_secs(120);

pub(super) struct Options<'a> {
    pub(super) port: u16,
    pub(super) profile: Profile,
    /// Where rooms are stored.
    pub(super) state: &'a Path,
}

pub(super) struct Server {
    model: Option<DemoModel>,
    wrangler: ChildProcess,
    port: u16,
    _env_file: EnvFile,
}

impl Server {
    /// Starts wrangler. `variables` are the operator's.
    pub(super) fn start(
        options: &Options<'_>,
        mut variables: Variables,
        model: Option<DemoModel>,
    ) -> anyhow::Result<Self> {
        complete(&mut variables, options, model.as_ref())?;
        let env_file = EnvFile(options.state.join("worker.env"));
        variables.write(&env_file.0)?;
        let wrangler = ChildProcess::start(
            &wrangler(options, &env_file.0)?,
            // Standard output has one line, which programs read; what wrangler prints is for people.
            Stdio::from(io::stderr()),
            Stdio::inherit(),
        )?;
        Ok(Self { model, wrangler, port: options.port, _env_file: env_file })
    }

    /// Fails when one of the programs has ended.
    pub(super) fn check(&mut self) -> anyhow::Result<()> {
        if let Some(status) = self.wrangler.exit_status()? {
            bail!("wrangler ended by itself with {status}; its output is above");
        }
        if let Some(model) = &mut self.model
            && let Some(status) = model.process.exit_status()?
        {
            bail!("the demo model ended by itself with {status}; its output is above");
        }
        Ok(())
    }

    pub(super) fn wait_until_healthy(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_LIMIT;
        while !self.is_healthy() {
            signals::check()?;
            self.check()?;
            if Instant::now() > deadline {
                bail!(
                    "the Worker did not answer GET /api/alive with 200 within {}; see above",
                    seconds(START_LIMIT)
                );
            }
            thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn is_healthy(&self) -> bool {
        let response =
            minreq::get(format!("http://127.0.0.1:{}/api/alive", self.port)).with_timeout(5).send();
        response.is_ok_and(|response| response.status_code == 200)
    }
}

/// The file with the Worker's variables, secrets included. Dropping it removes the file.
struct EnvFile(PathBuf);

impl Drop for EnvFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Adds what the Worker needs and the operator did not set.
fn complete(
    variables: &mut Variables,
    options: &Options<'_>,
    model: Option<&DemoModel>,
) -> anyhow::Result<()> {
    if let Some(model) = model {
        variables.set("DEMO", "1");
        variables.set("OPENAI_BASE_URL", &model.base_url);
        // The demo model's process also plays the weather service, so that no request leaves this machine.
        variables.set_default("WEATHER_URL", format!("{}/weather", model.base_url.trim_end_matches("/v1")));
    }
    variables.set_default("OPENAI_API_KEY", "none-needed");
    if !variables.has("IDENTITY_SECRET") {
        variables.set("IDENTITY_SECRET", identity_secret(options.state)?);
    }
    let origins: Vec<String> = [options.port, TRUNK_PORT]
        .iter()
        .flat_map(|port| [format!("http://127.0.0.1:{port}"), format!("http://localhost:{port}")])
        .collect();
    variables.extend_list("ALLOWED_ORIGINS", &origins);
    Ok(())
}

fn wrangler(options: &Options<'_>, env_file: &Path) -> anyhow::Result<Command> {
    let mut command = command::new(workspace::npm_command("wrangler"))?;
    command
        .arg("dev")
        .arg(WorkerBuild::of(options.profile).script())
        .arg("--assets")
        .arg(page::folder(options.profile))
        .args(["--ip", "127.0.0.1", "--port", &options.port.to_string()])
        .arg("--show-interactive-dev-session=false")
        // Debuggers of several servers would want the same port.
        .args(["--inspector-port", "0"])
        .arg("--persist-to")
        .arg(options.state)
        .arg("--env-file")
        .arg(env_file)
        .env("WRANGLER_SEND_METRICS", "false")
        .env("CI", "1")
        // Else it asks Cloudflare for this machine's location and prints a long warning when it cannot.
        .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .env(PROFILE_VARIABLE, options.profile.variable_value());
    Ok(command)
}
