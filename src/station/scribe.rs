//! Writes what the station wants written, in the order it was said, beside the event loop: a slow disk delays the log, never
//! a start that is already ordered.

use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

use crate::domain::log::{PartId, Record};
use crate::domain::station::Input;
use crate::store::{Durability, LogWriter, StoreError};

/// Orders on their way to the log. The writer answers each within about a second, by the spill file if need be; when this
/// many wait all the same, the event loop waits too, and the engine plays on by itself.
pub(super) const ORDERS_MAX: usize = 1_024;

/// Something to be written.
#[derive(Debug)]
pub(super) enum Order {
    Commit { records: Vec<Record>, at: DateTime<Utc> },
    Journal { part: PartId, frames: u64, start: DateTime<Utc> },
    TakeFromQueue(u32),
}

/// Carries out orders until there are no more senders, and says when an intent is durable.
///
/// # Errors
/// What the log cannot take although it is there: a contradiction, or a spill that is full.
pub(super) async fn write(
    log: LogWriter,
    mut orders: mpsc::Receiver<Order>,
    answers: mpsc::Sender<Input>,
) -> Result<(), StoreError> {
    while let Some(order) = orders.recv().await {
        let durability = match order {
            Order::Commit { records, at } => {
                let intents = records.iter().filter_map(|record| match record {
                    Record::Intent(intent) => Some(intent.part),
                    _ => None,
                });
                let intents: Vec<_> = intents.collect();
                let durability = log.append(records, at).await?;
                for part in intents {
                    // The loop has gone only if the whole station has.
                    let _ = answers.send(Input::Durable(part)).await;
                }
                durability
            }
            Order::Journal { part, frames, start } => log.journal(part, frames, start).await?,
            Order::TakeFromQueue(entry) => log.take_from_queue(entry).await?,
        };
        if durability == Durability::MemoryOnly {
            tracing::error!("the log is in memory only: neither the database nor the spill file can be written");
        }
    }
    Ok(())
}
