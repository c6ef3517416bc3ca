//! What the office keeps beside the log: the activity ledger, drafts of reports, sealed bundles, how campaigns and
//! plans stand.

mod activities;
mod bundle;
mod drafts;
mod evidence;
mod feed;
mod lists;
mod standing;

use utoipa_axum::router::OpenApiRouter;

use super::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(activities::routes())
        .merge(evidence::routes())
        .merge(feed::routes())
        .merge(drafts::routes())
        .merge(bundle::routes())
        .merge(lists::routes())
        .merge(standing::routes())
}
