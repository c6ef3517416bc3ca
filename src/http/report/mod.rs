//! Reports: the figures of a period, the rows under each, and the files to send.

mod files;
mod preview;
mod query;
mod rows;

use utoipa_axum::router::OpenApiRouter;

use super::App;

pub(super) use query::{PeriodOf, ReportOf, Tongue};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(preview::routes()).merge(files::routes()).merge(rows::routes())
}
