//! `serve`: everything up, in order; then, at a signal, everything down in the reverse order.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::{CliError, demo, limits, open};
use crate::server::service::Service;
use crate::settings::Settings;

/// Runs the server until SIGINT or SIGTERM. A second signal ends the process at once.
pub(super) fn run(settings: Settings) -> Result<(), CliError> {
    let signals = signals()?;
    match limits::raise_open_file_limit() {
        Ok(files) => tracing::debug!(files, "the limit of open files"),
        Err(error) => {
            tracing::warn!(%error, "the limit of open files stays low; so many sockets can be open")
        }
    }
    let development = !settings.is_production();
    let opened = open::owned_database(settings)?;
    // On someone else's database nobody wants people who do not exist.
    let fresh = opened.cluster.as_ref().is_some_and(|cluster| cluster.is_new());
    if development && fresh {
        demo::run(&opened.app)?;
    }
    if stopped(&signals) {
        return Ok(());
    }
    let service = Service::start(&opened.app)?;
    println!("ZeroDesk {} serves {}", env!("CARGO_PKG_VERSION"), service.web().url());
    if development && opened.cluster.is_some() {
        for line in demo::log_ins() {
            println!("  {line}");
        }
    }
    // An end of the sender means that the thread of the signals is gone: stop rather than never be stopped.
    let _ = signals.recv();
    tracing::info!("stopping: no new work; a second signal ends at once");
    let ended = service.stop();
    let open::Opened { app, cluster, .. } = opened;
    drop(app);
    if let Some(cluster) = cluster {
        cluster.stop()?;
    }
    ended.map_err(CliError::io("the web server failed"))?;
    tracing::info!("stopped");
    Ok(())
}

fn stopped(signals: &Receiver<()>) -> bool {
    !matches!(signals.recv_timeout(Duration::ZERO), Err(RecvTimeoutError::Timeout))
}

/// Receives signals from here on: the first is sent, the second ends the process.
fn signals() -> Result<Receiver<()>, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::io("can't hear signals"))?;
    let (mut interrupt, mut terminate) = {
        let _inside = runtime.enter();
        let failed = || CliError::io("can't hear signals");
        (
            signal(SignalKind::interrupt()).map_err(failed())?,
            signal(SignalKind::terminate()).map_err(failed())?,
        )
    };
    let (sender, receiver) = mpsc::channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            runtime.block_on(async {
                for seen in 0.. {
                    tokio::select! {
                        _ = interrupt.recv() => {}
                        _ = terminate.recv() => {}
                    }
                    if seen > 0 || sender.send(()).is_err() {
                        // The database's files survive this; its next start recovers them.
                        std::process::exit(130);
                    }
                }
            });
        })
        .map_err(CliError::io("can't hear signals"))?;
    Ok(receiver)
}
