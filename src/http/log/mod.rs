//! The as-run log: its rows, its days, what each row rests on, what a person corrects, and whether it is whole.

mod book;
mod evidence;
mod export;
mod keep;
mod list;
mod mention;
mod row;
mod verification;

use utoipa_axum::router::OpenApiRouter;

use super::App;

pub(super) use mention::RelayedItem;
pub(super) use row::LogItem;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(list::routes())
        .merge(evidence::routes())
        .merge(mention::routes())
        .merge(export::routes())
        .merge(keep::routes())
        .merge(book::routes())
        .merge(verification::routes())
}
