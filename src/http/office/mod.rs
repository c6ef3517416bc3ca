//! What the office keeps beside the log: the activity ledger, drafts of reports, how campaigns and plans stand.

mod activities;
mod drafts;
mod standing;

use utoipa_axum::router::OpenApiRouter;

use super::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().merge(activities::routes()).merge(drafts::routes()).merge(standing::routes())
}
