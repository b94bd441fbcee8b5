module kubernetes-vault/tools/servers/pause

go 1.26
