import { openMongoReadModels } from '../../src/infrastructure/mongodb/read-models/mongo-read-models';
import { describeReadModelsContract } from '../contracts/read-models.contract';
import { fakeServers, onEachServer, realServers } from '../support/mongo-servers';

onEachServer([...fakeServers, ...realServers()], (name, freshPlace) => {
  describeReadModelsContract(name, async () => {
    const readModels = openMongoReadModels(freshPlace());
    return { readModels, dispose: () => readModels.close() };
  });
});
