//! The answer to an event, in the form of the gateway that sent it.

use lambda_http::aws_lambda_events::alb::AlbTargetGroupResponse;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};
use lambda_http::http::Response;
use serde::Serialize;
use serde_json::value::RawValue;

/// The kind of gateway that sent an event, and so the form of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gateway {
    /// API Gateway HTTP API, payload 2.0, or a function URL.
    HttpApi,
    /// API Gateway REST API.
    RestApi,
    /// Application Load Balancer.
    LoadBalancer,
}

impl Gateway {
    /// The maximum length of an answer in bytes, as the JSON string in which it is returned. Lambda
    /// accepts 6 MB and a load balancer 1 MB, with the headers.
    pub(crate) fn max_bytes(self) -> usize {
        match self {
            Self::HttpApi | Self::RestApi => 5_000_000,
            Self::LoadBalancer => 900_000,
        }
    }

    /// The answer in the gateway's form.
    pub(crate) fn reply(self, response: Response<String>) -> Reply {
        let (parts, body) = response.into_parts();
        let status = i64::from(parts.status.as_u16());
        let body = (!body.is_empty()).then(|| body.into());
        match self {
            Self::HttpApi => {
                let mut reply = ApiGatewayV2httpResponse::default();
                reply.status_code = status;
                reply.headers = parts.headers;
                reply.body = body;
                Reply::HttpApi(reply)
            }
            Self::RestApi => {
                let mut reply = ApiGatewayProxyResponse::default();
                reply.status_code = status;
                // In one of the two places only, because REST APIs merge them.
                reply.multi_value_headers = parts.headers;
                reply.body = body;
                Reply::RestApi(reply)
            }
            Self::LoadBalancer => {
                let mut reply = AlbTargetGroupResponse::default();
                reply.status_code = status;
                reply.status_description = Some(parts.status.to_string());
                // In both, because a setting of the target group decides which one is read.
                reply.headers = parts.headers.clone();
                reply.multi_value_headers = parts.headers;
                reply.body = body;
                Reply::LoadBalancer(reply)
            }
        }
    }
}

/// The reply to an invocation. It cannot be printed, because it may contain links.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Reply {
    /// To an HTTP API or a function URL.
    HttpApi(ApiGatewayV2httpResponse),
    /// To a REST API.
    RestApi(ApiGatewayProxyResponse),
    /// To a load balancer.
    LoadBalancer(AlbTargetGroupResponse),
    /// The reply to a direct invocation: the JSON itself.
    Direct(Box<RawValue>),
}
