# `make COMMAND` is `python3 course.py COMMAND`, which see; `make help` lists the commands.

PYTHON ?= python3
COMMANDS := help book page test notebooks edition exercises lab serve pdf slides site links bench experiments conformance \
	extra robust matrix lock clean programs

.DEFAULT_GOAL := help
.PHONY: $(COMMANDS)
$(COMMANDS):
	@$(PYTHON) course.py $@ $(NB) $(NAME) $(if $(FAST),--fast)
