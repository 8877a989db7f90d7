//! A deployment on this machine: a world behind an address, and stand-ins for CloudFormation and Lambda, which
//! describe it.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use action_links::config::Config;
use action_links::emulator::LocalGateway;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use axum::routing::{any, get, post};
use serde_json::json;
use tokio::net::TcpListener;

use super::world::World;

/// What AWS says of the deployment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Described {
    /// The stack's name and state. `None` if there is none.
    pub(crate) stack: Option<(String, String)>,
    pub(crate) outputs: BTreeMap<String, String>,
    pub(crate) parameters: BTreeMap<String, String>,
    /// The variables of each function, by its name.
    pub(crate) functions: BTreeMap<String, BTreeMap<String, String>>,
    /// The state of every function, and of its last update.
    pub(crate) function_state: (&'static str, &'static str),
    /// What every request to AWS is refused with.
    pub(crate) refused: Option<&'static str>,
}

pub(crate) struct Deployment {
    pub(crate) world: World,
    /// Where the functions answer.
    pub(crate) base: String,
    /// Where AWS answers.
    pub(crate) aws: String,
    pub(crate) described: Arc<Mutex<Described>>,
}

impl Deployment {
    /// A deployment in which everything is right.
    pub(crate) async fn of(world: World) -> Self {
        let base = serve_functions(&world).await;
        let described = Arc::new(Mutex::new(Described::default()));
        let aws = serve_aws(described.clone()).await;
        let deployment = Self { world, base, aws, described };
        let tables = ["APPS_TABLE", "BOOKINGS_TABLE", "SHORT_LINKS_TABLE"];
        let tables = tables.map(|name| (name.to_owned(), deployment.world.env[name].clone()));
        deployment.describe(|described| {
            described.stack = Some(("action-links".to_owned(), "CREATE_COMPLETE".to_owned()));
            let outputs = [
                ("ApiUrl", deployment.base.as_str()),
                ("ActionLinkFunctionArn", "arn:aws:lambda:eu-west-1:123456789012:function:clicks:live"),
                ("BookingLinksFunctionArn", "arn:aws:lambda:eu-west-1:123456789012:function:lists:live"),
                ("AppsTableName", &tables[0].1),
                ("BookingsTableName", &tables[1].1),
                ("ShortLinksTableName", &tables[2].1),
            ];
            described.outputs = outputs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let mut variables = BTreeMap::from(tables.clone());
            variables.insert("LINK_BASE_URL".to_owned(), deployment.base.clone());
            variables.insert("EVENTS".to_owned(), "off".to_owned());
            described.functions = ["clicks", "lists"].map(|name| (name.to_owned(), variables.clone())).into();
            described.function_state = ("Active", "Successful");
        });
        deployment
    }

    pub(crate) fn describe(&self, change: impl FnOnce(&mut Described)) {
        change(&mut self.described.lock().unwrap());
    }

    /// Sets a variable of both functions.
    pub(crate) fn set_variable(&self, name: &str, value: &str) {
        self.describe(|described| {
            for variables in described.functions.values_mut() {
                variables.insert(name.to_owned(), value.to_owned());
            }
        });
    }
}

/// Both functions of a world, behind an address of their own.
pub(crate) async fn serve_functions(world: &World) -> String {
    let gateway =
        Arc::new(LocalGateway::start(Config::read(|name| world.env.get(name).cloned()).unwrap()).await.unwrap());
    let answer = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let gateway = gateway.clone();
        async move { gateway.answer(method, uri, headers, body).await }
    };
    serve(Router::new().route("/v2/{*path}", any(answer.clone())).route("/l/{*path}", any(answer))).await
}

/// Every request is answered with that status and that text.
pub(crate) async fn serve_status(status: u16, headers: [(&'static str, &'static str); 1]) -> String {
    let answer = move || async move { (StatusCode::from_u16(status).unwrap(), headers, r#"{"message":"Not Found"}"#) };
    serve(Router::new().fallback(answer)).await
}

async fn serve_aws(described: Arc<Mutex<Described>>) -> String {
    let router = Router::new()
        .route("/", post(stacks))
        .route("/2015-03-31/functions/{name}/configuration", get(function))
        .with_state(described);
    serve(router).await
}

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

/// `DescribeStacks`, in CloudFormation's XML.
async fn stacks(State(described): State<Arc<Mutex<Described>>>, body: String) -> Response<Body> {
    let described = described.lock().unwrap().clone();
    let error = |code: &str, message: &str| {
        let xml = format!(
            "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error><Type>Sender</Type>\
             <Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        );
        Response::builder().status(400).body(Body::from(xml)).unwrap()
    };
    if let Some(code) = described.refused {
        return error(code, "refused");
    }
    let asked =
        url::form_urlencoded::parse(body.as_bytes()).find(|(name, _)| name == "StackName").unwrap().1.into_owned();
    let Some((name, state)) = described.stack.filter(|(name, _)| *name == asked) else {
        return error("ValidationError", &format!("Stack with id {asked} does not exist"));
    };
    let list = |of: &str, members: &BTreeMap<String, String>| {
        let member = |(key, value): (&String, &String)| {
            format!("<member><{of}Key>{key}</{of}Key><{of}Value>{value}</{of}Value></member>")
        };
        format!("<{of}s>{}</{of}s>", members.iter().map(member).collect::<String>())
    };
    let (outputs, parameters) = (list("Output", &described.outputs), list("Parameter", &described.parameters));
    let xml = format!(
        "<DescribeStacksResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><DescribeStacksResult>\
         <Stacks><member><StackName>{name}</StackName><CreationTime>2026-11-23T08:00:00Z</CreationTime>\
         <StackStatus>{state}</StackStatus>{outputs}{parameters}</member></Stacks></DescribeStacksResult>\
         </DescribeStacksResponse>"
    );
    Response::new(Body::from(xml))
}

/// `GetFunctionConfiguration`.
async fn function(State(described): State<Arc<Mutex<Described>>>, Path(arn): Path<String>) -> Response<Body> {
    let described = described.lock().unwrap().clone();
    let name = arn.trim_end_matches(":live").rsplit(':').next().unwrap().to_owned();
    let Some(variables) = described.functions.get(&name) else {
        let error = Response::builder().status(404).header("x-amzn-errortype", "ResourceNotFoundException");
        return error.body(Body::from(r#"{"Type":"User","Message":"Function not found"}"#)).unwrap();
    };
    let (state, update) = described.function_state;
    let json = json!({
        "FunctionName": name, "State": state, "StateReason": "the reason", "LastUpdateStatus": update,
        "Environment": { "Variables": variables },
    });
    Response::new(Body::from(json.to_string()))
}
