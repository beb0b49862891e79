//! `saltbox-gateway`: see `saltbox-gateway --help`, and the library for what it is made of.

mod cli;
mod signals;
mod tasks;
mod unlock;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Task};
use saltbox_gateway::Error;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            if !matches!(error, Error::Unread) {
                eprintln!("error: {error}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(cli: &Cli) -> Result<(), Error> {
    let store = &cli.store;
    match &cli.task {
        Task::Init => tasks::init(store),
        Task::Readings { node, last, since, json } => {
            tasks::readings(store, *node, *last, *since, *json)
        }
        Task::Nodes { json } => tasks::nodes(store, *json),
        Task::Revoke { node } => tasks::revoke(store, *node),
        Task::Restored => tasks::restored(store),
        Task::Run { line, json } => tasks::run(store, line, *json),
        Task::Enrol(args) => tasks::enrol(store, args),
        Task::SetInterval { node, interval, send } => {
            let order = tasks::SetInterval(*interval);
            tasks::command(store, *node, order, send)
        }
        Task::Status { node, send } => tasks::command(store, *node, tasks::RequestStatus, send),
        Task::RotateKey { overlap, force, send } => {
            tasks::rotate_key(store, *overlap, *force, send)
        }
    }
}
