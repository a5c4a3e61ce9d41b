"""Lets `az role` of azure-cli 2.45 work with a newer azure-mgmt-authorization.

That version of the command line reads `config.subscription_id` of the client's operation groups; since
version 1 of the library the attribute is called `_config`, and every `az role` command ends in an
AttributeError. Put on PYTHONPATH, this gives the clients that the command makes the old name too.
Nothing of the command line or of the library is changed on disk, and nothing else in memory.
"""
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder

FACTORY = 'azure.cli.command_modules.role._client_factory'


class WithConfig:
    """A client whose operation groups answer to `config` as well as to `_config`."""

    def __init__(self, client):
        self._client = client

    def __getattr__(self, name):
        if name == 'config':
            return self._client._config
        group = getattr(self._client, name)
        if hasattr(group, '_config') and not hasattr(group, 'config'):
            group.config = group._config
        return group


class FactoryLoader(Loader):
    def __init__(self, loader):
        self._loader = loader

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        make = module._auth_client_factory
        module._auth_client_factory = lambda *args, **kwargs: WithConfig(make(*args, **kwargs))


class FactoryFinder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name != FACTORY:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = FactoryLoader(spec.loader)
        return spec


sys.meta_path.insert(0, FactoryFinder())
