# The central kitchen. `make` alone lists what can be done.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11,$(shell \
    $(name) -c 'import sys; sys.version_info >= (3, 11) and print("$(name)")' 2>/dev/null)) python3)
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run setup setup-test test bench soak check lint types contracts migrations frontend \
        lock clean

help: ## 列出所有命令 · this list
	@sed -n 's|^\([a-z-]*\):.*## \(.*\)|  make \1@\2|p' $(MAKEFILE_LIST) | awk -F@ '{printf "%-16s %s\n", $$1, $$2}'

run: setup ## 安装所需并启动整套系统，Ctrl-C 停止 · set up and start everything
	@exec $(BIN)/kitchen up

setup: ## 只安装，不启动 · .venv with the locked packages
	@$(PYTHON) scripts/setup.py runtime

setup-test:
	@$(PYTHON) scripts/setup.py test

test: setup-test $(if $(ARGS),,lint types contracts frontend) ## 全部检查与测试；ARGS="-k wechat" 缩小范围 · the whole suite
	$(PYTEST) $(if $(ARGS),$(ARGS),--numprocesses 2 --dist loadgroup)

bench: ## 全部基准测试，每项一行 JSON；ARGS=publish 只跑一项 · every benchmark
	@$(PYTHON) scripts/setup.py bench
	@$(BIN)/python -m benchmarks $(ARGS)

soak: setup-test ## 完整规模的故障、负载、模糊、变异测试 · faults, load, fuzz and mutation at full size
	$(PYTEST) -m soak -s -o faulthandler_timeout=0 $(ARGS)

check: setup-test lint types contracts migrations frontend ## 格式、静态检查、类型、导入契约、迁移、前端 · all that reads the code

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports --no-logo

migrations:
	$(PYTEST) tests/migrations

frontend:
	@if ! test -f frontend/package.json; then echo "!! 尚无前端源码，跳过 · no front-end source yet: skipped"; \
	elif ! command -v npm >/dev/null; then echo "!! 没有 Node，跳过前端新鲜度检查 · no Node here: front-end freshness NOT checked"; \
	else cd frontend && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent check; fi

lock: setup ## 按 setup.cfg 重新锁定依赖 · compile the locks anew
	$(BIN)/uv pip compile setup.cfg $(LOCKING) -o requirements/runtime.txt
	$(BIN)/uv pip compile setup.cfg --extra test $(LOCKING) -o requirements/test.txt
	echo uv | $(BIN)/uv pip compile - $(LOCKING) -o requirements/uv.txt

LOCKING := --quiet --generate-hashes --no-annotate --no-header --universal --python-version 3.11

clean: ## 删除安装与缓存，不动 var/ 里的数据 · what was installed or cached; data stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis frontend/node_modules
	find . -name __pycache__ -prune -exec rm -rf {} + ; find kitchen -name '*.mo' -delete
