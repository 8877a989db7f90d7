#!/usr/bin/env bash
# Runs a command while Amazon's DynamoDB Local, which comes inside an npm package, answers at
# `TEST_DYNAMODB_ENDPOINT`.
set -euo pipefail

home=$PWD/target/dynamodb-local
port=${DYNAMODB_LOCAL_PORT:-18000}

if [ ! -d "$home/node_modules/amplify-dynamodb-simulator" ]; then
    npm install --silent --no-save --ignore-scripts --prefix "$home" amplify-dynamodb-simulator@2.9.30
fi

cd "$home/node_modules/amplify-dynamodb-simulator/emulator"
java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -port "$port" >"$home/log" 2>&1 &
engine=$!
trap 'kill $engine' EXIT
cd - >/dev/null

# Any answer shows that it is up.
curl --silent --output /dev/null --retry 60 --retry-delay 1 --retry-connrefused "http://127.0.0.1:$port/"
kill -0 "$engine" || { cat "$home/log"; exit 1; }

TEST_DYNAMODB_ENDPOINT="http://127.0.0.1:$port" "$@"
