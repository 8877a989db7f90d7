//! The `booking-links` function: decorated bookings, over HTTP and by direct invocation.

mod auth;
mod cursor;
mod direct;
mod list;
mod parameters;
mod problems;
mod read;
mod service;

use std::time::{Instant, SystemTime};

use lambda_http::lambda_runtime::{Diagnostic, LambdaEvent};
use serde_json::value::RawValue;

use crate::booking::{Action, AppId, BookingId};
use crate::config::Config;
use crate::gateway::{self, Reply};
use crate::json::Object;
use crate::link::LinkId;
use crate::runtime::{FirstOnly, Function, StartError, open};
use crate::store::{Client, ShortLinkStore, StoreMetrics, measured};
use direct::Trace;
pub use problems::ProblemKind;
use read::Answer;
use service::Service;

/// The function that returns bookings with links.
#[derive(Debug)]
pub struct BookingLinksFunction {
    service: Service,
    first: FirstOnly,
}

impl Function for BookingLinksFunction {
    async fn start(config: Config, client: Client) -> Result<Self, StartError> {
        let short_links = config.short_links_table.as_ref().map(|table| ShortLinkStore::new(client.clone(), table));
        let (keyring, bookings, deadlines) = open(&config, client).await?;
        let (graphs, base) = (config.graphs, config.link_base_url);
        let service = Service { keyring, bookings, graphs, short_links, base, deadlines };
        Ok(Self { service, first: FirstOnly::default() })
    }

    async fn invoke(&self, event: LambdaEvent<Box<RawValue>>) -> Result<Reply, Diagnostic> {
        let begun = Instant::now();
        let cold_start = self.first.take();
        let request_id = event.context.request_id;
        let json = &event.payload;
        let Ok(object) = Object::parse(json.get().as_bytes()) else {
            return Err(unknown_event());
        };
        let ms = || begun.elapsed().as_secs_f64() * 1000.0;
        if object.raw("operation").is_some() {
            let mut trace = Trace::default();
            let (reply, metrics) =
                measured(direct::answer(&self.service, &object, json, &request_id, &mut trace)).await;
            tracing::info!(
                request_id,
                operation = trace.operation,
                result = reply.as_ref().err().map_or("ok", |error| error.error_type.as_str()),
                app = trace.app.as_ref().map(AppId::as_str),
                booking = trace.booking.as_ref().map(BookingId::as_str),
                action = trace.action.as_ref().map(Action::as_str),
                link_id = trace.link_id.as_ref().map(LinkId::as_str),
                links = trace.links,
                short_links = trace.short_links,
                bookings = trace.bookings,
                ms = ms(),
                cold_start,
                LinksSigned = trace.signed,
                StoreLatency = metrics.latency_ms(),
                StoreFaults = u8::from(metrics.failed),
                ColdStarts = u8::from(cold_start),
                KeyAge = trace.key_age.map(|age| age.as_secs()),
                "booking links"
            );
            return reply.map(Reply::Direct);
        }
        let (gateway, request) = gateway::read(json).ok_or_else(unknown_event)?;
        let (Answer { response, caller, links }, metrics) = match request {
            Ok(request) => {
                let (answer, metrics) = measured(read::answer(&self.service, &request, gateway)).await;
                (Answer { response: gateway::to_request(answer.response, &request), ..answer }, metrics)
            }
            Err(_) => {
                let detail = "The request cannot be read.";
                let problem = ProblemKind::MALFORMED_REQUEST.with(detail);
                (problem.into(), StoreMetrics::default())
            }
        };
        let key_age = caller.as_ref().and_then(|caller| caller.app.keys.age(caller.key_id, SystemTime::now()));
        tracing::info!(
            request_id,
            operation = "http",
            result = response.status().as_str(),
            app = caller.as_ref().map(|caller| caller.app.id.as_str()),
            key_id = caller.as_ref().map(|caller| tracing::field::display(caller.key_id)),
            ms = ms(),
            cold_start,
            LinksSigned = links,
            StoreLatency = metrics.latency_ms(),
            StoreFaults = u8::from(metrics.failed),
            ColdStarts = u8::from(cold_start),
            KeyAge = key_age.map(|age| age.as_secs()),
            "booking links"
        );
        Ok(gateway.reply(response))
    }
}

fn unknown_event() -> Diagnostic {
    Diagnostic {
        error_type: "unknown_event".to_owned(),
        error_message:
            "this function answers HTTP events of API Gateway, function URLs and load balancers, and direct \
                        invocations with an `operation`"
                .to_owned(),
    }
}
