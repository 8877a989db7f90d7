//! The example `time-out-bookings`: the schedule that it makes at an emulator of EventBridge Scheduler makes a booking
//! time out.

use serde_json::{Value, json};
use tokio::process::Command;

use crate::support::{BOOKING_LINKS, Program, Reply, World};

/// Hands a booking to the example twice, and prints its schedules.
const SCRIPT: &str = "
import json, sys
import boto3, moto
with moto.mock_aws():
    scheduler = boto3.client('scheduler')
    scheduler.create_schedule_group(Name='time-outs')
    sys.path.insert(0, sys.argv[1])
    import index
    for _ in range(2): index.handler(json.loads(sys.argv[2]), None)
    listed = scheduler.list_schedules(GroupName='time-outs')['Schedules']
    schedules = [scheduler.get_schedule(GroupName='time-outs', Name=one['Name']) for one in listed]
    print(json.dumps(schedules, default=str))
";

async fn schedules(booking: &Value) -> Value {
    let python = std::env::var("TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/time-out-bookings");
    let mut command = Command::new(python);
    command.args(["-c", SCRIPT, example, &booking.to_string()]).env_clear().kill_on_drop(true).envs([
        ("BOOKING_LINKS_FUNCTION_ARN", "arn:aws:lambda:eu-west-1:123456789012:function:booking-links:live"),
        ("MINUTES", "30"),
        ("SCHEDULE_GROUP", "time-outs"),
        ("SCHEDULER_ROLE_ARN", "arn:aws:iam::123456789012:role/scheduler"),
        ("DEAD_LETTERS_ARN", "arn:aws:sqs:eu-west-1:123456789012:dead-letters"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ]);
    let output = command.output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"))
}

#[tokio::test]
#[ignore = "needs boto3 and moto: make test-invoke"]
async fn a_schedule_lets_a_booking_time_out_unless_it_was_paid() {
    let world = World::new().await;
    let mut program = Program::start(BOOKING_LINKS, &world.env).await;
    for (id, state, comes_to) in [("b-1", "tentative", "unpaid"), ("b-2", "paid", "paid")] {
        let booking = json!({ "id": id, "app_id": "ada", "graph": "instant_payment", "state": state });
        world.book(booking.clone()).await;
        let schedules = schedules(&booking).await;
        let [schedule] = schedules.as_array().unwrap().as_slice() else { panic!("{schedules}") };
        assert!(schedule["ScheduleExpression"].as_str().unwrap().starts_with("at(20"), "{schedule}");
        assert_eq!(schedule["ActionAfterCompletion"], "DELETE", "{schedule}");
        let input = schedule["Target"]["Input"].as_str().unwrap();
        // A schedule may run twice.
        for _ in 0..2 {
            match program.invoke(input).await {
                Reply::Response(reply) => assert_eq!(reply["data"]["state"], comes_to),
                Reply::Error(error) => {
                    assert_eq!((&error["errorType"], state), (&json!("action_not_available"), "paid"))
                }
            }
        }
        assert_eq!(world.state(id).await, comes_to);
    }
    assert_eq!((world.log("b-1").await.len(), world.log("b-2").await.len()), (1, 0));
}
